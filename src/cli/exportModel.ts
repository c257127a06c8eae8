/** `nsr export --model`: the model of a run's folder for other programs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { cardEvaluations, licenseOfCard, type CardEvaluation } from '../export/model/modelCard';
import { modelFiles, type StreamedFile } from '../export/model/modelExport';
import { modelDtypes, modelForms } from '../export/model/modelForm';
import { checkJson } from '../lib/checkJson';
import { InputError } from '../lib/errors';
import { hasAdapter, readAdapter } from '../model/adapter/adapterFolder';
import { readModelFolder } from '../model/folder';
import type { Arguments } from './arguments';
import { readExperiment } from './experimentOption';
import { folderSource, readJsonInput } from './files';
import { projectFolder } from './project';

/** The files of the exported folder. Throws `InputError` where the folder is no finished run. */
export async function exportedModel(args: Arguments): Promise<readonly StreamedFile[]> {
  const run = args.text('model');
  const model = join(run, 'model');
  if (!existsSync(join(model, 'config.json')))
    throw new InputError('--model', run, 'the folder of a finished run (nsr train), with its model/');
  const experiment = readExperiment('--model', join(run, 'experiment.json'));
  const source = folderSource(model);
  const folder = await readModelFolder(source);
  return modelFiles({
    folder,
    adapter: (await hasAdapter(source)) ? await readAdapter(source, folder.config) : null,
    form: args.choice('as', modelForms, 'merged'),
    dtype: args.choice('dtype', modelDtypes, 'f32'),
    card: {
      experiment,
      step: experiment.steps,
      license: args.has('license') ? args.text('license') : shippedLicense(experiment.model),
      evaluations: evaluationsOf(run),
    },
  });
}

/** From the head of a shipped base's card; null for a model of another place. */
function shippedLicense(model: string): string | null {
  const card = join(projectFolder, 'public/models', model, 'README.md');
  if (!/^[\w.-]+$/.test(model) || !existsSync(card)) return null;
  return licenseOfCard(readFileSync(card, 'utf8'));
}

const number = v.pipe(v.number(), v.finite());
const evaluation = v.object({
  step: number,
  samples: v.optional(number, 0),
  method: v.optional(v.string()),
  problems: v.optional(number, 0),
  passAtK: v.array(v.object({ k: number, mean: number, low: number, high: number })),
});
const result = v.object({ first: v.nullable(evaluation), last: v.nullable(evaluation) });

/** First and last evaluation of a finished run. */
function evaluationsOf(run: string): readonly CardEvaluation[] {
  const file = join(run, 'result.json');
  if (!existsSync(file)) return [];
  const { first, last } = checkJson(file, result, readJsonInput('--model', file));
  return cardEvaluations([first, last].filter((row) => row !== null));
}
