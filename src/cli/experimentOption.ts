import { existsSync } from 'node:fs';
import { parseExperiment } from '../experiment/parseExperiment';
import { findPreset } from '../experiment/presets';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { decodeLink } from '../share/link';
import { buildCatalogue } from '../trainer/catalogue';
import type { Arguments } from './arguments';
import { readJsonInput } from './files';

export const catalogue = buildCatalogue();

/** An experiment from a file of JSON, by the name of a preset or from a link of the page, checked. Throws `InputError`. */
export function readExperiment(option: string, text: string): Experiment {
  const preset = findPreset(catalogue, text);
  if (preset !== null) return parseExperiment(preset.experiment, catalogue);
  // Only the part after # is read: the address itself is never contacted.
  const link = decodeLink(text.slice(Math.max(0, text.indexOf('#'))), catalogue);
  if (link !== null) {
    if (link.ok) return link.value.experiment;
    throw new InputError(option, text, `a link that can be read (${link.reason.message})`);
  }
  if (existsSync(text)) return parseExperiment(readJsonInput(option, text), catalogue);
  throw new InputError(
    option,
    text,
    `a file, a link of the page, or a preset: ${catalogue.presets.map(({ id }) => id).join(', ')}`,
  );
}

/** --experiment with --steps and --seed put into it. */
export function readExperimentOptions(args: Arguments): Experiment {
  const experiment = readExperiment('--experiment', args.text('experiment'));
  return parseExperiment(
    {
      ...experiment,
      steps: args.integer('steps', 1, 1e6, experiment.steps),
      seed: args.integer('seed', 0, 2 ** 32 - 1, experiment.seed),
    },
    catalogue,
  );
}
