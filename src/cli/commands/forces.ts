import { parseExperiment } from '../../experiment/parseExperiment';
import { monotonicClock } from '../../lib/clock';
import { sum } from '../../lib/numeric';
import { fitForecasts } from '../../records/forceFit';
import type { ForceRow } from '../../records/forces';
import { openRun } from '../../trainer/openRun';
import type { TrainerEvent } from '../../trainer/train';
import type { Command } from '../command';
import { catalogue, readExperimentOptions } from '../experimentOption';
import { checkOutput, writeOutput } from '../files';
import { formatJsonLines } from '../jsonLines';
import { openTextModel } from '../openTextModel';
import { describeEvent } from '../progressLines';
import { findModelFolder } from '../project';

export const command: Command = {
  summary: 'what each update will do to pass@k, entropy and length, and what it did: JSON lines',
  interruptible: true,
  options: {
    experiment: { value: 'FILE|PRESET|URL', help: 'what is trained' },
    model: { value: 'ID|DIR', help: 'a shipped model or a folder, in place of that of the experiment' },
    steps: { value: 'N', help: 'planned rollout steps T, in place of those of the experiment' },
    for: { value: 'N', help: 'rollout steps to make (1)' },
    every: { value: 'N', help: 'steps between measurements (1)' },
    seed: { value: 'S', help: 'seed, in place of that of the experiment' },
    out: { value: 'FILE', help: 'write the measurements here, one JSON object per line' },
  },
  async run(args, { progress, signal }) {
    const out = args.has('out') ? args.text('out') : null;
    if (out !== null) checkOutput('--out', out, args.flag('force'));
    const given = readExperimentOptions(args);
    const model = await findModelFolder('--model', args.text('model', given.model));
    const forcesEvery = args.integer('every', 1, 1e5, 1);
    // The run's own evaluations would only cost time here: the probe is apart from them.
    const evaluation = { ...given.evaluation, every: 0, problems: 1, samples: 1, forcesEvery };
    const experiment = parseExperiment({ ...given, evaluation }, catalogue);
    const rows: ForceRow[] = [];
    const forcesMs: number[] = [];
    const stepMs: number[] = [];
    const opened = await openTextModel(model);
    const run = await openRun({
      ...opened,
      experiment,
      catalogue,
      clock: monotonicClock,
      snapshot: null,
      emit: (event: TrainerEvent) => {
        opened.gpu.check();
        if (event.type === 'evaluation') return;
        if (event.type === 'step') stepMs.push(event.timing.totalMs);
        if (event.type === 'forces' && event.result.ok) {
          rows.push(event.result.value);
          forcesMs.push(event.durationMs);
        }
        const line = describeEvent(event, experiment);
        if (line !== null) progress(line);
      },
    });
    const end = await run.trainer.run({ maxSteps: args.integer('for', 1, 1e6, 1), signal });
    run.dispose();
    if (end.reason === 'failed') throw new Error(end.message);
    if (out !== null) writeOutput(out, formatJsonLines(rows));
    return {
      out,
      experiment: experiment.objective.name,
      steps: stepMs.length,
      measured: rows.length,
      shareOfTime: sum(forcesMs) / sum(stepMs),
      msPerMeasurement: rows.length === 0 ? null : sum(forcesMs) / rows.length,
      forecast: fitForecasts(rows, 'forecast'),
      along: fitForecasts(rows, 'along'),
      last: out === null ? (rows.at(-1) ?? null) : null,
    };
  },
};
