/** What is looked at in Node: the very runs of `nsr train`, in this process, with a step's knobs turned meanwhile. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { Session } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { catalogue } from '../../src/cli/experimentOption.ts';
import { openTextModel } from '../../src/cli/openTextModel.ts';
import { findModelFolder } from '../../src/cli/project.ts';
import { runExperiment } from '../../src/cli/runExperiment.ts';
import { RunFolder } from '../../src/cli/runFolder.ts';
import { parseExperiment } from '../../src/experiment/parseExperiment.ts';
import type { Experiment } from '../../src/experiment/types.ts';
import { openRun } from '../../src/trainer/openRun.ts';
import type { Trainer } from '../../src/trainer/train.ts';
import { installGpuMeter, type LiveBuffers } from './gpuMeter.ts';
import { heapParts, type HeapParts } from './heapParts.ts';
import { compiledShare, type Quantity } from './judge.ts';
import type { Sample } from './trend.ts';

const model = 'countdown3-tiny';
const checkpointEvery = 25;
/** Steps between two looks: two copies, an evaluation and an edit lie between them. */
const lookEvery = 50;

/** A small run with everything on that a run may have: a reference model, forces, evaluations. */
const experimentOf = (objective: object, steps: number, every: number): Experiment =>
  parseExperiment(
    {
      model,
      task: { name: 'countdown', params: { numbers: 3 } },
      sampling: { maxNewTokens: 6 },
      batch: { promptsPerStep: 2, groupSize: 4, updatesPerRollout: 2, innerEpochs: 1 },
      objective,
      evaluation: { every, problems: 4, samples: 4, forcesEvery: 2 * every },
      steps,
    },
    catalogue,
  );

const signed = { positiveWeight: 0.1, klCoef: 0.001 };
const ppo = { algorithm: 'ppo', params: { rewardKlCoef: 0.001 } };

interface Look {
  readonly at: number;
  /** From one look to the next, looking not counted. */
  readonly spent: Spent;
  readonly heap: HeapParts;
  readonly arrayBytes: number;
  readonly residentBytes: number;
  readonly live: LiveBuffers;
  readonly files: number;
  readonly fileBytes: number;
}

const scope = globalThis as unknown as { liveBuffers(): LiveBuffers };
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** After a collection: taking a snapshot makes one. */
function presentHeap(): HeapParts {
  const session = new Session();
  session.connect();
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => chunks.push(params.chunk));
  session.post('HeapProfiler.takeHeapSnapshot');
  session.disconnect();
  return heapParts(chunks.join(''));
}

/** Dawn's classes, counted from here on. */
export async function meterDawn(): Promise<void> {
  const { globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  installGpuMeter();
}

/** Of a step, or of a start and stop. */
interface Spent {
  readonly wallMs: number;
  /** Of all threads, the software adapter's too: what another program does to the machine matters little. */
  readonly processorMs: number;
}

/** Since it was made, shared out to `count`. */
function stopwatch(): (count: number) => Spent {
  const [wall, processor] = [performance.now(), process.cpuUsage()];
  return (count) => {
    const { user, system } = process.cpuUsage(processor);
    return { wallMs: (performance.now() - wall) / count, processorMs: (user + system) / 1000 / count };
  };
}

function look(at: number, spent: Spent, folder: string): Look {
  // Twice: what a finaliser lets go of goes the second time.
  collectGarbage();
  collectGarbage();
  const { arrayBuffers, rss } = process.memoryUsage();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return {
    at,
    spent,
    heap: presentHeap(),
    arrayBytes: arrayBuffers,
    residentBytes: rss,
    live: scope.liveBuffers(),
    files: files.length,
    fileBytes: files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0),
  };
}

/** One run of `steps` steps; the learning rate is moved up and down. */
export async function soakRun(steps: number, progress: (line: string) => void): Promise<readonly Quantity[]> {
  const path = mkdtempSync(join(tmpdir(), 'nsr-soak-'));
  const looks: Look[] = [];
  let spent = stopwatch();
  const afterStep = (trainer: Trainer): void => {
    const { step } = trainer.state();
    if (step % lookEvery === 10) trainer.edit('optimizer.learningRate', (step / lookEvery) % 2 < 1 ? 3e-4 : 2e-4);
    if (step % lookEvery !== 0) return;
    looks.push(look(step, spent(lookEvery), join(path, 'checkpoints')));
    if (step % 500 === 0) progress(`${step} of ${steps} steps`);
    spent = stopwatch();
  };
  const folder = new RunFolder(path);
  try {
    folder.begin(experimentOf(signed, steps, lookEvery), true);
    spent = stopwatch();
    const context = { progress: () => undefined, signal: new AbortController().signal };
    await runExperiment(
      experimentOf(signed, steps, lookEvery),
      folder,
      { resume: false, checkpointEvery, afterStep },
      context,
    );
    // The first look is before the first copies are all there.
    return quantitiesOf(looks.slice(1), 'a step, all in all', editBytes / lookEvery);
  } finally {
    folder.close();
    rmSync(path, { recursive: true, force: true });
  }
}

/** Runs that are begun, interrupted, resumed, finished and thrown away, each with a device of its own; and one more each time on a
 * device that stays. */
export async function soakStarts(starts: number, progress: (line: string) => void): Promise<readonly Quantity[]> {
  const root = mkdtempSync(join(tmpdir(), 'nsr-soak-'));
  const opened = await openTextModel(await findModelFolder('model', model));
  const looks: Look[] = [];
  try {
    for (let start = 1; start <= starts; start++) {
      const spent = stopwatch();
      const experiment = experimentOf(start % 2 === 0 ? ppo : signed, 6, 4);
      await startAndStop(experiment, join(root, 'run'));
      const run = await openRun({
        ...opened,
        experiment,
        catalogue,
        clock: () => performance.now(),
        snapshot: null,
        emit: () => undefined,
      });
      await run.trainer.run({ maxSteps: 2 });
      run.dispose();
      rmSync(join(root, 'run'), { recursive: true, force: true });
      looks.push(look(start, spent(1), root));
      if (start % 20 === 0) progress(`${start} of ${starts} starts`);
    }
    return quantitiesOf(looks, 'a start and stop', 0);
  } finally {
    opened.gpu.destroy();
    rmSync(root, { recursive: true, force: true });
  }
}

async function startAndStop(experiment: Experiment, path: string): Promise<void> {
  const folder = new RunFolder(path);
  const interrupt = new AbortController();
  const afterStep = (trainer: Trainer): void => {
    if (trainer.state().step === 3) interrupt.abort();
  };
  const options = { checkpointEvery: 2, afterStep };
  const progress = (): void => undefined;
  folder.begin(experiment, true);
  await runExperiment(experiment, folder, { ...options, resume: false }, { progress, signal: interrupt.signal });
  const { signal } = new AbortController();
  await runExperiment(experiment, folder, { checkpointEvery: 2, resume: true }, { progress, signal });
  folder.close();
}

/** An edit as it stands in each of the three copies that are kept. */
const editBytes = 3 * '{"step":1000,"path":"optimizer.learningRate","value":0.0003},'.length;

/** `recordedBytes`: what copies are meant to grow by, per step. */
function quantitiesOf(looks: readonly Look[], whatTakesTime: string, recordedBytes: number): readonly Quantity[] {
  const samples = (read: (one: Look) => number): readonly Sample[] =>
    looks.map((one) => ({ at: one.at, value: read(one) }));
  const quantity = (
    name: string,
    unit: Quantity['unit'],
    allowedShare: number,
    read: (one: Look) => number,
    meant = 0,
  ): Quantity => ({ name, unit, allowedShare, meant, samples: samples(read) });
  return [
    quantity('JS objects after GC', 'bytes', 0.1, (one) => one.heap.objects),
    quantity('compiled code', 'bytes', compiledShare, (one) => one.heap.compiled),
    quantity('array buffers after GC', 'bytes', 0.1, (one) => one.arrayBytes),
    quantity('resident memory', 'bytes', 0.1, (one) => one.residentBytes),
    quantity('GPU buffers', 'count', 0, (one) => one.live.buffers),
    quantity('GPU bytes', 'bytes', 0, (one) => one.live.bytes),
    quantity('files of copies', 'count', 0, (one) => one.files),
    quantity('bytes of copies', 'bytes', 0.05, (one) => one.fileBytes, recordedBytes),
    quantity(`${whatTakesTime}: processor`, 'ms', 0.2, (one) => one.spent.processorMs),
    quantity(`${whatTakesTime}: by the clock`, 'ms', 0.2, (one) => one.spent.wallMs),
  ];
}
