import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLink } from '../../share/link';
import { exportExperiment } from '../../export/exportExperiment';
import { frameworks } from '../../export/expressible';
import { modelDtypes, modelForms } from '../../export/model/modelForm';
import type { ExportFile } from '../../export/exportFile';
import { baseFiles, isShipped, modelFolder } from '../../export/scale';
import { InputError } from '../../lib/errors';
import type { Arguments } from '../arguments';
import type { Command } from '../command';
import { readExperimentOptions } from '../experimentOption';
import { checkOutputFolder, writeOutput } from '../files';
import { exportedModel } from '../exportModel';
import { dataOptions, readTaskData, withData } from '../taskData';
import { findModelFolder } from '../project';
import { replaceDurably } from '../writing';

export const command: Command = {
  summary: 'an experiment for a training framework (verl, TRL), or the model of a run',
  options: {
    to: { value: frameworks.join('|'), help: 'the framework' },
    experiment: { value: 'FILE|PRESET|URL', help: 'the experiment to export' },
    ...dataOptions,
    steps: { value: 'N', help: 'planned rollout steps T, in place of those of the experiment' },
    seed: { value: 'S', help: 'seed, in place of that of the experiment' },
    model: { value: 'DIR', help: 'the folder of a finished run, whose model to export in place of an experiment' },
    as: { value: modelForms.join('|'), help: 'Hugging Face folder with the adapter merged, or PEFT folder (merged)' },
    dtype: { value: modelDtypes.join('|'), help: 'type of the weights (f32)' },
    license: { value: 'ID', help: 'licence of the base, for the card; known for shipped ones' },
    out: { value: 'DIR', help: 'folder to write' },
  },
  run: async (args) => {
    const out = args.text('out');
    checkOutputFolder('--out', out, args.flag('force'));
    if (args.has('model') === args.has('to'))
      throw new InputError(
        '--model, --to',
        args.has('to') ? 'both' : 'neither',
        'one of them: a model, or an experiment',
      );
    if (args.has('model')) {
      const files = await exportedModel(args);
      for (const { path, parts } of files) replaceDurably(join(out, path), parts());
      return { out, files: files.map(({ path }) => path) };
    }
    const files = await experimentFiles(args);
    for (const { path, content } of files) writeOutput(join(out, path), content);
    return { out, files: files.length };
  },
};

/** The experiment's files; its link without an address, since nobody here knows the page's. */
async function experimentFiles(args: Arguments): Promise<readonly ExportFile[]> {
  const to = args.text('to');
  const framework = frameworks.find((name) => name === to);
  if (framework === undefined) throw new InputError('--to', to, frameworks.join(', '));
  const experiment = readExperimentOptions(args);
  const data = await readTaskData(args, experiment.task);
  const link = encodeLink({ preset: '', experiment });
  return [
    ...exportExperiment({ ...experiment, task: withData(experiment.task, data) }, framework, link, data?.rows ?? null),
    ...(isShipped(experiment) ? await shippedBase(experiment.model) : []),
  ];
}

/** A shipped base as a folder beside the configuration. */
async function shippedBase(model: string): Promise<readonly ExportFile[]> {
  const folder = await findModelFolder('experiment: model', model);
  return baseFiles.map((name) => ({ path: `${modelFolder}/${name}`, content: readFileSync(join(folder, name)) }));
}
