import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { createRng } from '../lib/rng';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers, type CheckpointContent } from './checkpointFormat';
import { createMemoryStorage } from './memoryStorage.fixture';
import { initialState } from './state';
import { createTabularPolicy } from './tabularPolicy.fixture';
import { createConstantCritic, rowsOf, toyExperiment, toyRun } from './toyRun.fixture';

const tensors = (value: number, names: readonly string[]) =>
  names.map((name, index) => ({ name, shape: [2, 3], data: new Float32Array(6).fill(value + index) }));

/** Content that tells which step it is of in every part. */
function content(step: number, score: number | null = null): CheckpointContent {
  const policy = {
    optimizerStep: step,
    parameters: tensors(step, ['a', '__proto__']),
    firstMoments: tensors(-step, ['a']),
    secondMoments: tensors(step / 2, ['a']),
  };
  return {
    snapshot: { state: { ...initialState, step }, policy, critic: { ...policy, optimizerStep: step + 1 } },
    experiment: defaultExperiment,
    environment: { adapter: 'test' },
    score,
    record: new TextEncoder().encode(`rows up to ${step}`),
  };
}

describe('checkpoints', () => {
  it('come back as they were saved', async () => {
    const storage = createMemoryStorage();
    await saveCheckpoint(storage, content(3, 0.5));
    const { generation, skipped, ...loaded } = (await loadCheckpoint(storage)) ?? { generation: 0, skipped: [] };
    expect(loaded).toEqual(content(3, 0.5));
    expect([generation, skipped]).toEqual([1, []]);
  });

  it('are null where there are none', async () => {
    expect(await loadCheckpoint(createMemoryStorage())).toBeNull();
  });

  it('keep the last two generations and the best', async () => {
    const storage = createMemoryStorage();
    for (const [step, score] of [
      [1, 0.2],
      [2, 0.9],
      [3, 0.3],
      [4, 0.4],
      [5, null],
    ] as const)
      await saveCheckpoint(storage, content(step, score));
    expect([...storage.files.keys()].filter((name) => name.endsWith('.manifest')).sort()).toEqual([
      'g000002.manifest',
      'g000004.manifest',
      'g000005.manifest',
    ]);
    expect([...storage.files.keys()].every((name) => /^g00000[245]\./.test(name))).toBe(true);
  });

  it.each(['policy.safetensors', 'critic.safetensors', 'record', 'manifest'])(
    'with a flipped bit in the %s give way to the one before, with the reason',
    async (part) => {
      const storage = createMemoryStorage();
      await saveCheckpoint(storage, content(1));
      await saveCheckpoint(storage, content(2));
      const file = storage.files.get(`g000002.${part}`);
      if (file !== undefined) file[file.length - 5] = (file[file.length - 5] ?? 0) ^ 4;
      const loaded = await loadCheckpoint(storage);
      expect(loaded?.snapshot.state.step).toBe(1);
      expect(loaded?.skipped).toEqual([{ generation: 2, reason: expect.stringContaining('SHA-256') as string }]);
    },
  );

  it('with a missing or short shard give way too', async () => {
    const storage = createMemoryStorage();
    await saveCheckpoint(storage, content(1));
    await saveCheckpoint(storage, content(2));
    storage.files.set('g000002.policy.safetensors', new Uint8Array(10));
    expect((await loadCheckpoint(storage))?.skipped[0]?.reason).toContain('10 bytes instead of');
    storage.files.delete('g000002.policy.safetensors');
    expect((await loadCheckpoint(storage))?.skipped[0]?.reason).toContain('missing');
  });

  it('of a newer version are passed over by name', async () => {
    const storage = createMemoryStorage();
    await saveCheckpoint(storage, {
      ...content(1),
      snapshot: { ...content(1).snapshot, state: { ...initialState, version: 2 as unknown as 1 } },
    });
    expect(await loadCheckpoint(storage)).toBeNull();
  });
});

describe('a save that is killed', () => {
  /** Saves twice whole, then a third time until the `killAt`-th change. */
  async function killedAt(killAt: number, partlyWritten: boolean) {
    let changes = -Infinity;
    const storage = createMemoryStorage(() => {
      if (++changes >= killAt) throw new Error('killed');
    });
    await saveCheckpoint(storage, content(1, 0.1));
    await saveCheckpoint(storage, content(2, 0.9));
    changes = 0;
    const finished = await saveCheckpoint(storage, content(3)).then(
      () => true,
      () => false,
    );
    changes = -Infinity;
    if (partlyWritten) storage.files.set('tmp.g000003.manifest', new Uint8Array(3));
    return { storage, finished };
  }

  it('at any of its changes leaves a whole generation: the new one or the one before', async () => {
    let everFinished = false;
    for (let killAt = 1; !everFinished; killAt++) {
      const { storage, finished } = await killedAt(killAt, killAt % 2 === 0);
      everFinished = finished;
      const before = await loadCheckpoint(storage);
      expect([2, 3]).toContain(before?.snapshot.state.step);
      expect(before?.skipped).toEqual([]);
      // A restart sweeps, and may save again.
      await sweepLeftovers(storage);
      expect([...storage.files.keys()].some((name) => name.startsWith('tmp.'))).toBe(false);
      expect(await loadCheckpoint(storage)).toEqual(before);
      await saveCheckpoint(storage, content(4));
      expect((await loadCheckpoint(storage))?.snapshot.state.step).toBe(4);
      expect(killAt).toBeLessThan(50);
    }
  });

  it('at random moments, again and again, never loses more than the save under way', async () => {
    const rng = createRng(1, 'kills');
    let countdown = 0;
    const storage = createMemoryStorage(() => {
      if (--countdown <= 0) throw new Error('killed');
    });
    let good = 0;
    for (let step = 1; step <= 200; step++) {
      countdown = 1 + rng.int(14);
      await saveCheckpoint(storage, content(step, rng.nextFloat())).then(
        () => {},
        () => {},
      );
      countdown = Infinity;
      if (rng.int(2) === 0) await sweepLeftovers(storage);
      const loaded = (await loadCheckpoint(storage))?.snapshot.state.step ?? 0;
      expect([good, step]).toContain(loaded);
      good = loaded;
    }
    expect(good).toBeGreaterThan(150);
    // Two newest, the best, and what an unswept kill left.
    expect(storage.files.size).toBeLessThan(20);
  });

  it('for want of room rejects, tidies up and keeps the older generations', async () => {
    let full = false;
    const storage = createMemoryStorage((operation) => {
      if (full && operation === 'write') throw new Error('quota exceeded');
    });
    await saveCheckpoint(storage, content(1));
    full = true;
    await expect(saveCheckpoint(storage, content(2))).rejects.toThrow('quota exceeded');
    expect([...storage.files.keys()].every((name) => name.startsWith('g000001.'))).toBe(true);
    expect((await loadCheckpoint(storage))?.snapshot.state.step).toBe(1);
  });
});

describe('a run resumed from a saved checkpoint', () => {
  it.each([
    ['signed', 1],
    ['signed', 7],
    ['signed', 50],
    ['ppo', 7],
  ])('%s, interrupted at step %i, equals the uninterrupted one', async (algorithm, interruption) => {
    const experiment = toyExperiment((toy) => ({
      ...toy,
      steps: interruption + 3,
      batch: { ...toy.batch, promptsPerStep: 4, groupSize: 4 },
      evaluation: { ...toy.evaluation, every: 5, samples: 4 },
      objective: { ...toy.objective, algorithm, positiveWeight: { kind: 'linear', from: 0.05, to: 0.2 } },
    }));
    const whole = toyRun(experiment, { critic: createConstantCritic() });
    await whole.trainer.run();

    const storage = createMemoryStorage();
    const first = toyRun(experiment, { critic: createConstantCritic() });
    await first.trainer.run({ maxSteps: interruption });
    await saveCheckpoint(storage, {
      snapshot: await first.trainer.snapshot(),
      experiment: first.trainer.experiment(),
      environment: {},
      score: null,
      record: null,
    });

    const loaded = await loadCheckpoint(storage);
    if (!loaded?.snapshot.critic) throw new Error('nothing saved');
    const policy = createTabularPolicy(5, [0.5]);
    const critic = createConstantCritic();
    await policy.load(loaded.snapshot.policy);
    await critic.load(loaded.snapshot.critic);
    const second = toyRun(loaded.experiment, { resume: loaded.snapshot.state, critic }, policy);
    await second.trainer.run();
    expect([...rowsOf(first.events), ...rowsOf(second.events)]).toEqual(rowsOf(whole.events));
  });
});
