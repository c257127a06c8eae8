import { join } from 'node:path';
import { sameValue } from '../../experiment/diff';
import type { Experiment } from '../../experiment/types';
import { InputError } from '../../lib/errors';
import type { Arguments } from '../arguments';
import type { Command } from '../command';
import { readExperimentOptions } from '../experimentOption';
import { passTable } from '../passTable';
import { runExperiment } from '../runExperiment';
import { promptOptions } from '../promptOption';
import { RunFolder } from '../runFolder';
import { taskOptions } from '../task';
import { dataOptions, readTaskData, withData } from '../taskData';

export const command: Command = {
  summary: 'a whole run: metrics.jsonl, checkpoints, final table',
  interruptible: true,
  options: {
    experiment: { value: 'FILE|PRESET|URL', help: 'what to train; may be left out with --resume' },
    steps: { value: 'N', help: 'planned rollout steps T, in place of those of the experiment' },
    seed: { value: 'S', help: 'seed, in place of that of the experiment' },
    model: { value: 'ID|DIR', help: 'in place of that of the experiment; a folder is named again to resume' },
    ...taskOptions,
    ...dataOptions,
    ...promptOptions,
    'max-tokens': { value: 'N', help: 'longest answer, in place of that of the experiment' },
    out: { value: 'DIR', help: 'folder of the run (runs/EXPERIMENT-seedS)' },
    resume: { help: 'go on from the last checkpoint in --out' },
    'checkpoint-every': { value: 'N', help: 'steps between checkpoints (25)' },
  },
  async run(args, context) {
    const resume = args.flag('resume');
    const checkpointEvery = args.integer('checkpoint-every', 1, 1e6, 25);
    const model = args.has('model') ? { model: args.text('model') } : {};
    const { folder, experiment } = resume ? resumed(args) : await begun(args);
    const finished = resume ? folder.result() : null;
    if (finished !== null) {
      context.progress('this run is finished');
      return finished;
    }
    const report = await runExperiment(experiment, folder, { resume, checkpointEvery, ...model }, context);
    if (report.end === 'finished') folder.write('result.json', `${JSON.stringify(report)}\n`);
    if (report.first !== null && report.last !== null) {
      const rows = [
        { label: 'start', evaluation: report.first },
        { label: `step ${report.last.step}`, evaluation: report.last },
      ];
      context.progress(passTable(rows));
    }
    return report;
  },
};

interface Prepared {
  readonly folder: RunFolder;
  readonly experiment: Experiment;
}

async function begun(args: Arguments): Promise<Prepared> {
  const given = readExperimentOptions(args);
  const data = await readTaskData(args, given.task);
  const experiment = { ...given, task: withData(given.task, data) };
  const name = experiment.objective.name === '' ? 'experiment' : experiment.objective.name;
  const folder = new RunFolder(
    args.text('out', join('runs', `${name.replace(/[^\w.-]/g, '-')}-seed${experiment.seed}`)),
  );
  folder.begin(experiment, args.flag('force'), data?.rows ?? null);
  return { folder, experiment };
}

function resumed(args: Arguments): Prepared {
  const folder = new RunFolder(args.text('out'));
  const experiment = folder.experiment();
  if (experiment === null) throw new InputError('--out', folder.path, 'the folder of a run to resume');
  if (args.has('experiment') && !sameValue(readExperimentOptions(args), experiment)) {
    throw new InputError('--experiment', args.text('experiment'), 'the experiment that the folder was begun with');
  }
  return { folder, experiment };
}
