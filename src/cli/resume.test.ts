/** Resume equality on the real engine and the real files: a run interrupted after steps 1, 7 and 50 is, bit for bit, the run that never was. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { openDevice, type Gpu } from '../gpu/device';
import { loadCheckpoint, saveCheckpoint, type CheckpointContent } from '../trainer/checkpointFormat';
import { openRun } from '../trainer/openRun';
import type { Snapshot } from '../trainer/state';
import { readTextModel, type TextModel } from '../trainer/textModel';
import type { Trainer } from '../trainer/train';
import { catalogue } from './experimentOption';
import { noEncoder } from '../text/noEncoder.fixture';
import { folderSource } from './files';
import { folderStorage } from './folderStorage';
import { temporaryFolder } from './nsr.fixture';
import { findModelFolder } from './project';

const steps = 52;
const interruptions = [1, 7, 50];

const experimentOf = (objective: object): Experiment =>
  parseExperiment(
    {
      model: 'countdown3-tiny',
      task: { name: 'countdown', params: { numbers: 3 } },
      sampling: { maxNewTokens: 6 },
      batch: { promptsPerStep: 2, groupSize: 4, updatesPerRollout: 2, innerEpochs: 1 },
      objective,
      evaluation: { every: 10, problems: 4, samples: 4 },
      steps,
    },
    catalogue,
  );
const nsr = experimentOf({ positiveWeight: { kind: 'linear', from: 0, to: 0.2 }, negativeWeight: 1 });
const ppo = experimentOf({ algorithm: 'ppo', params: { rewardKlCoef: 0.001 } });

let gpu: Gpu;
let model: TextModel;
const files = temporaryFolder();

beforeAll(async () => {
  gpu = await openDevice();
  model = await readTextModel(folderSource(await findModelFolder('model', 'countdown3-tiny')), noEncoder);
});
afterAll(() => {
  gpu.destroy();
  rmSync(files, { recursive: true, force: true });
});

/** A trainer with models of its own, as a fresh process has. */
async function open(experiment: Experiment, snapshot: Snapshot | null) {
  const rows: unknown[] = [];
  const { trainer, dispose } = await openRun({
    gpu,
    model,
    experiment,
    catalogue,
    snapshot,
    clock: () => 0,
    emit: (event) => {
      if (event.type === 'step' || event.type === 'evaluation') rows.push(event.row);
    },
  });
  return { trainer, rows, dispose };
}

const contentOf = async (trainer: Trainer): Promise<CheckpointContent> => ({
  snapshot: await trainer.snapshot(),
  experiment: trainer.experiment(),
  environment: {},
  score: null,
  record: null,
});

/** The bit patterns of every weight and moment, by name. */
function bitsOf({ policy, critic }: Snapshot): unknown {
  const models = critic === null ? { policy } : { policy, critic };
  return Object.entries(models).flatMap(([model, { optimizerStep, parameters, firstMoments, secondMoments }]) => [
    [model, optimizerStep],
    ...Object.entries({ parameters, firstMoments, secondMoments }).flatMap(([kind, tensors]) =>
      tensors.map(({ name, data }) => [model, kind, name, Buffer.from(data.slice().buffer).toString('base64')]),
    ),
  ]);
}

describe.each([
  ['NSR with a growing reward', nsr],
  ['PPO', ppo],
] as const)('invariant 14, on the engine: %s', (name, experiment) => {
  let rows: unknown[];
  let last: unknown;
  const storageAt = (step: number) => folderStorage(join(files, name, String(step)));

  beforeAll(async () => {
    const whole = await open(experiment, null);
    expect(await whole.trainer.run()).toEqual({ reason: 'finished' });
    rows = whole.rows;
    last = bitsOf(await whole.trainer.snapshot());
    whole.dispose();
  });

  it.each(interruptions)('interrupted after step %i, it ends with the same metrics and weights', async (step) => {
    const first = await open(experiment, null);
    expect(await first.trainer.run({ maxSteps: step })).toEqual({ reason: 'paused' });
    await saveCheckpoint(storageAt(step), await contentOf(first.trainer));
    first.dispose();

    const loaded = await loadCheckpoint(storageAt(step));
    if (!loaded) throw new Error('nothing stored');
    expect(loaded.snapshot.state.step).toBe(step);
    const second = await open(loaded.experiment, loaded.snapshot);
    expect(await second.trainer.run()).toEqual({ reason: 'finished' });
    expect([...first.rows, ...second.rows]).toEqual(rows);
    expect(bitsOf(await second.trainer.snapshot())).toEqual(last);
    second.dispose();
  });

  it('and the weights do change from step to step', async () => {
    const loaded = await loadCheckpoint(storageAt(1));
    const later = await loadCheckpoint(storageAt(7));
    if (!loaded || !later) throw new Error('nothing stored');
    expect(bitsOf(loaded.snapshot)).not.toEqual(bitsOf(later.snapshot));
  });
});
