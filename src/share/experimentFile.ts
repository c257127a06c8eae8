/** Experiments as files: the same JSON that `nsr train --experiment FILE` reads. */
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import { findExcess } from './jsonLimits';

const MAX_BYTES = 256 * 1024;

export function formatExperimentFile(experiment: Experiment): string {
  return `${JSON.stringify(experiment, null, 2)}\n`;
}

/** The experiment in the text of a file, or one line saying why there is none. */
export function parseExperimentFile(text: string, catalogue: Catalogue): Result<Experiment> {
  if (text.length > MAX_BYTES) return failure('The file is too large for an experiment');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failure('The file is not JSON');
  }
  const excess = findExcess(json);
  if (excess !== null) return failure(`The file was refused: ${excess}`);
  try {
    return success(parseExperiment(json, catalogue));
  } catch (error) {
    if (error instanceof InputError) return failure(`The file was refused: ${error.message}`);
    throw error;
  }
}
