import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { parseExperiment } from '../experiment/parseExperiment';
import { findPreset } from '../experiment/presets';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { decodeLink } from '../share/link';
import { buildCatalogue } from '../trainer/catalogue';
import type { Arguments } from './arguments';
import { readJsonInput } from './files';
import { readPrompt } from './promptOption';
import { readTaskChoice } from './task';

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

/** --experiment with --steps, --seed and, where the command has them, what it is about put into it. */
export function readExperimentOptions(args: Arguments): Experiment {
  const experiment = readExperiment('--experiment', args.text('experiment'));
  const { sampling } = experiment;
  return parseExperiment(
    {
      ...experiment,
      model: args.has('model') ? modelName(args.text('model')) : experiment.model,
      task: args.has('task') ? readTaskChoice(args) : experiment.task,
      prompt: readPrompt(args, experiment.prompt),
      sampling: { ...sampling, maxNewTokens: args.integer('max-tokens', 1, 8192, sampling.maxNewTokens) },
      steps: args.integer('steps', 1, 1e6, experiment.steps),
      seed: args.integer('seed', 0, 2 ** 32 - 1, experiment.seed),
    },
    catalogue,
  );
}

/** What an experiment calls a model given as an id or as a folder: experiments never hold paths, so a folder is `local/` and its name. */
function modelName(idOrFolder: string): string {
  const isPath = idOrFolder.startsWith('.') || isAbsolute(idOrFolder) || existsSync(join(idOrFolder, 'config.json'));
  return isPath ? `local/${basename(resolve(idOrFolder)).replace(/[^\w.-]/g, '-')}` : idOrFolder;
}
