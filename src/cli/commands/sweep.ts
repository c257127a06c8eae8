import { join } from 'node:path';
import { parseExperiment } from '../../experiment/parseExperiment';
import { InputError } from '../../lib/errors';
import { summarize, summaryCsv, sweepRuns, type FinishedRun, type NamedExperiment } from '../../trainer/sweep';
import type { Command } from '../command';
import { catalogue, readExperiment } from '../experimentOption';
import { checkOutputFolder, readJsonInput, writeOutput } from '../files';
import { runExperiment } from '../runExperiment';
import { RunFolder } from '../runFolder';

export const command: Command = {
  summary: 'several experiments x seeds on the same prompts, summary with intervals',
  interruptible: true,
  options: {
    experiments: {
      value: 'FILE',
      help: 'JSON list: names of presets, or {"name": ..., "experiment": preset or object}',
    },
    seeds: { value: 'N', help: 'seeds per experiment (3)' },
    'first-seed': { value: 'S', help: 'the first of them (0)' },
    steps: { value: 'N', help: 'planned rollout steps, in place of those of the experiments' },
    out: { value: 'DIR', help: 'folder: one run per sub-folder, summary.json and summary.csv' },
    resume: { help: 'go on where an interrupted sweep stopped' },
  },
  async run(args, context) {
    const { progress, signal } = context;
    const out = args.text('out');
    const resume = args.flag('resume');
    const seeds = args.integer('seeds', 1, 10_000, 3);
    const experiments = readExperiments(
      args.text('experiments'),
      args.has('steps') ? args.integer('steps', 1, 1e6) : null,
    );
    const runs = sweepRuns(experiments, seeds, args.integer('first-seed', 0, 2 ** 31, 0));
    if (!resume) checkOutputFolder('--out', out, args.flag('force'));

    const finished: FinishedRun[] = [];
    const names = experiments.map(({ name }) => name);
    for (const { id, name, seed, experiment } of runs) {
      if (signal.aborted) break;
      const folder = new RunFolder(join(out, id));
      progress(`=== ${id} (${finished.length + 1} of ${runs.length})`);
      const known = resume && folder.experiment() !== null;
      if (!known) folder.begin(experiment, args.flag('force'));
      if (folder.result() === null) {
        const report = await runExperiment(experiment, folder, { resume: known, checkpointEvery: 25 }, context);
        if (report.end !== 'finished') break;
        folder.write('result.json', `${JSON.stringify(report)}\n`);
      }
      folder.close();
      const evaluations = folder.evaluations();
      const [first, last] = [evaluations[0], evaluations.at(-1)];
      if (first !== undefined && last !== undefined) finished.push({ name, seed, first, last });
    }
    if (finished.length === 0) return { out, runs: 0, planned: runs.length };
    const summary = summarize(names, finished);
    writeOutput(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    writeOutput(join(out, 'summary.csv'), summaryCsv(summary));
    progress(summaryCsv(summary));
    return { out, runs: finished.length, planned: runs.length, summary };
  },
};

/** Presets by name, or experiments with a name of their own. Throws `InputError` naming the entry. */
function readExperiments(file: string, steps: number | null): NamedExperiment[] {
  const list = readJsonInput('--experiments', file);
  if (!Array.isArray(list) || list.length === 0)
    throw new InputError('--experiments', file, 'a JSON list of experiments');
  return list.map((entry: unknown, index) => {
    const place = `${file}: ${index}`;
    const { name, experiment } =
      typeof entry === 'string' ? { name: entry, experiment: entry } : readNamed(entry, place);
    const read =
      typeof experiment === 'string' ? readExperiment(place, experiment) : parseExperiment(experiment, catalogue);
    return { name, experiment: steps === null ? read : parseExperiment({ ...read, steps }, catalogue) };
  });
}

function readNamed(entry: unknown, place: string): { readonly name: string; readonly experiment: unknown } {
  if (typeof entry === 'object' && entry !== null && 'name' in entry && 'experiment' in entry) {
    const { name, experiment } = entry;
    if (typeof name === 'string') return { name, experiment };
  }
  throw new InputError(place, entry, 'the name of a preset, or {"name": ..., "experiment": ...}');
}
