/** Experiments as files: the same JSON that `nsr train --experiment FILE` reads. */
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { parseBoundedJson } from '../lib/boundedJson';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import { experimentLimits } from './link';

export function formatExperimentFile(experiment: Experiment): string {
  return `${JSON.stringify(experiment, null, 2)}\n`;
}

/** The experiment in the text of a file, or one line saying why there is none. */
export function parseExperimentFile(text: string, catalogue: Catalogue): Result<Experiment> {
  const json = parseBoundedJson(text, experimentLimits);
  if (!json.ok) return failure(`The file was refused: ${json.reason.message}`);
  try {
    return success(parseExperiment(json.value, catalogue));
  } catch (error) {
    if (error instanceof InputError) return failure(`The file was refused: ${error.message}`);
    throw error;
  }
}
