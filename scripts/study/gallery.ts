/** `npm run study:gallery`: public/gallery from the study's runs. Rows and evaluations come from docs/runs; the first and the
 * last step are trained once more from the nearest checkpoint, for samples and the token inspector, and must give the kept numbers. What plan.ts
 * wants evaluated exactly is trained once more as a whole, which changes no number of the training. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../../src/cli/experimentOption.ts';
import { folderStorage } from '../../src/cli/folderStorage.ts';
import { openTextModel } from '../../src/cli/openTextModel.ts';
import { findModelFolder } from '../../src/cli/project.ts';
import type { Experiment } from '../../src/experiment/types.ts';
import { monotonicClock } from '../../src/lib/clock.ts';
import type { PolicyCheckpoint } from '../../src/model/policy.ts';
import { createPolicy } from '../../src/model/policyModel.ts';
import {
  galleryFormat,
  type GalleryEntry,
  type GalleryFile,
  type GallerySnapshot,
} from '../../src/share/galleryFile.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import { metricsRow } from '../../src/records/rows.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';
import { loadCheckpoint, type LoadedCheckpoint } from '../../src/trainer/checkpointFormat.ts';
import type { CheckpointStorage } from '../../src/lib/checkpointStorage.ts';
import { openRun } from '../../src/trainer/openRun.ts';
import type { TrainedRollout } from '../../src/trainer/updates.ts';
import { toHistogram, toSamples } from '../../src/worker/main/samples.ts';
import { reportToken } from '../../src/worker/main/tokenReport.ts';
import { readRuns, type KeptRun, type StepRow } from './data.ts';
import { galleryForces } from './galleryForces.ts';
import { galleryRuns, studyRuns, type StudyRun } from './plan.ts';

/** Samples kept of a snapshot, and positions looked into of one right and one wrong answer. */
const keptSamples = 32;
const folder = 'public/gallery';

const { values } = parseArgs({
  options: {
    work: { type: 'string', default: 'runs/study' },
    runs: { type: 'string', default: 'docs/runs' },
    /** This file alone; the others stay as they are. */
    only: { type: 'string' },
  },
});

/** Newest checkpoint of a run that has not passed `step`; null where there is none. */
async function checkpointBefore(path: string, step: number): Promise<LoadedCheckpoint | null> {
  const storage = folderStorage(join(path, 'checkpoints'));
  const names = await storage.list();
  const generations = [...new Set(names.flatMap((name) => /^g(\d+)\.manifest$/.exec(name)?.[1] ?? []))].sort();
  for (const generation of generations.reverse()) {
    // A view of the folder as it was then.
    const view: CheckpointStorage = {
      ...storage,
      list: async () => names.filter((name) => (/^g(\d+)\./.exec(name)?.[1] ?? '') <= generation),
    };
    const checkpoint = await loadCheckpoint(view);
    if (checkpoint !== null && checkpoint.snapshot.state.step <= step) return checkpoint;
  }
  return null;
}

interface Seen {
  readonly adapter: string;
  /** Of the steps that were trained for it. */
  readonly evaluations: readonly EvaluationRow[];
  readonly snapshot: GallerySnapshot;
}

/** Trains `run` up to and including `step`, from as late as can be (`experiment` is that of the run, or differs in its evaluation: then from
 * the start), and looks at that step. */
async function lookAt(run: StudyRun, experiment: Experiment, step: number, expected: StepRow): Promise<Seen> {
  const opened = await openTextModel(await findModelFolder('model', experiment.model));
  const { gpu, model } = opened;
  const anew = step === 0 || experiment !== run.experiment;
  const evaluations: EvaluationRow[] = [];
  const checkpoint = anew ? null : await checkpointBefore(join(values.work, run.id), step);
  const first = checkpoint?.snapshot.state.step ?? 0;
  let before: PolicyCheckpoint | null = null;
  let rollouts: readonly TrainedRollout[] = [];
  let row: StepRow | null = null;
  const { policy, trainer } = await openRun({
    ...opened,
    experiment,
    catalogue,
    clock: monotonicClock,
    snapshot: checkpoint?.snapshot ?? null,
    emit: (event) => {
      if (event.type === 'evaluation') evaluations.push(event.row);
      if (event.type !== 'step' || event.row.step !== step) return;
      rollouts = event.rollouts;
      row = event.row;
    },
    afterStep: async (running) => {
      if (running.state().step === step) before = await policy.save();
    },
  });
  if (first === step) before = await policy.save();
  await trainer.run({ maxSteps: step - first + 1 });
  gpu.check();
  checkSame(run.id, row, expected);

  const lens = await createPolicy(gpu, model.folder.config, model.folder.tensors);
  const tokenText = (id: number) => model.tokenizer.tokenText(id);
  const samples = toSamples(rollouts, (ids) => model.tokenizer.tokenTexts(ids)).slice(0, keptSamples);
  const looked = [1, 0].flatMap((reward) => samples.find((sample) => sample.reward === reward) ?? []);
  const tokens = [];
  for (const { index, tokens: own } of looked) {
    for (let position = 0; position < own.length; position++) {
      const report = await reportToken(
        { sample: index, position },
        { step, temperature: expected.temperature, rollouts, before },
        {
          policy,
          tokenText,
          lens: async ({ parameters }) => {
            await lens.loadTensors(new Map(parameters.map((tensor) => [tensor.name, tensor])));
            return lens;
          },
        },
      );
      if (report !== null) tokens.push(report);
    }
  }
  const adapter = gpu.adapter.description || gpu.adapter.device;
  policy.dispose();
  lens.dispose();
  gpu.destroy();
  return { adapter, evaluations, snapshot: rounded({ step, samples, histogram: toHistogram(rollouts), tokens }) };
}

function checkSame(id: string, row: StepRow | null, expected: StepRow): void {
  for (const name of ['correctRatio', 'entropyNats', 'gradNorm', 'tokens'] as const) {
    if (row?.[name] !== expected[name])
      throw new Error(`${id}, step ${expected.step}: ${name} is ${row?.[name]}, but ${expected[name]} was kept`);
  }
}

/** Snapshots are looked at, not computed with: 4 digits. */
function rounded<T>(value: T): T {
  const text = JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'number' ? Number(entry.toPrecision(4)) : entry,
  );
  return JSON.parse(text) as T;
}

/** The same training, every held-out problem evaluated exactly. */
const exactly = (experiment: Experiment, every: number): Experiment => ({
  ...experiment,
  evaluation: {
    ...experiment.evaluation,
    method: 'exact',
    problems: createTask(experiment.task.name, experiment.task.params).heldOut.length,
    every,
  },
});

/** The page's row: scalars by name, a missing one NaN, which JSON writes as null. */
function rowsOf({ steps }: KeptRun, secondsPerStep: number): GalleryFile['rows'] {
  return steps.map((row) => {
    const seconds = Number(((row.step + 1) * secondsPerStep).toFixed(2));
    return metricsRow(row, { step: row.step, tokens: row.tokens, seconds });
  });
}

function evaluationsOf(
  evaluations: readonly EvaluationRow[],
  { steps }: KeptRun,
  rows: GalleryFile['rows'],
): GalleryFile['evaluations'] {
  return evaluations.map((row) => {
    const { step, samples, passAtK, greedyAccuracy, entropyNats, distinctCorrect } = row;
    const last = rows.findLast((earlier) => earlier.step < step);
    const tokens = steps.findLast((earlier) => earlier.step < step)?.tokens ?? 0;
    const seconds = last?.seconds ?? 0;
    const shared = { step, tokens, seconds, samples, passAtK, greedyAccuracy, entropyNats, distinctCorrect };
    if ('correct' in row) return { ...shared, correct: row.correct };
    const { rightProbability, effectiveSolutions, sampled } = row;
    const { wrongShare, malformedShare } = sampled;
    return { ...shared, method: 'exact', rightProbability, effectiveSolutions, wrongShare, malformedShare };
  });
}

mkdirSync(folder, { recursive: true });
const kept = readRuns(values.runs, studyRuns);
const index: GalleryEntry[] = [];
const earlier = existsSync(join(folder, 'index.json'))
  ? (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as GalleryEntry[])
  : [];
for (const { source, file: name, title, note, exactEvery, forces: forcesName } of galleryRuns) {
  if (values.only !== undefined && values.only !== name) {
    index.push(...earlier.filter(({ file }) => file === name));
    continue;
  }
  const run = studyRuns.find(({ id }) => id === source);
  const own = kept.find(({ id }) => id === source);
  const [firstRow, lastRow] = [own?.steps[0], own?.steps.at(-1)];
  if (run === undefined || own === undefined || firstRow === undefined || lastRow === undefined) {
    console.error(`${source} is not there yet`);
    continue;
  }
  console.error(`${name}: ${source}`);
  const result = JSON.parse(readFileSync(join(values.runs, source, 'result.json'), 'utf8')) as { seconds: number };
  const rows = rowsOf(own, result.seconds / own.steps.length);
  const experiment = exactEvery === undefined ? run.experiment : exactly(run.experiment, exactEvery);
  const start = await lookAt(run, experiment, firstRow.step, firstRow);
  const end = await lookAt(run, experiment, lastRow.step, lastRow);
  const evaluations = exactEvery === undefined ? own.evaluations : end.evaluations;
  const forces = galleryForces(values.runs, forcesName, rows);
  const about = { name: title, note, source, adapter: start.adapter };
  const file: GalleryFile = {
    ...galleryFormat,
    ...about,
    experiment,
    rows,
    problemIds: evaluations[0]?.problemIds ?? [],
    evaluations: evaluationsOf(evaluations, own, rows),
    ...(forces === undefined ? {} : { forces }),
    snapshots: [start.snapshot, end.snapshot],
  };
  const text = `${JSON.stringify(file)}\n`;
  writeFileSync(join(folder, name), text);
  index.push({ file: name, ...about, steps: rows.length, bytes: Buffer.byteLength(text) });
}
if (existsSync(join(folder, 'index.json'))) rmSync(join(folder, 'index.json'));
writeFileSync(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
