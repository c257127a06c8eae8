import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { createFakeRoot } from '../../persist/opfs.fixture';
import { forceRow } from '../../records/forces.fixture';
import { createRunFolders } from '../../persist/runFolders';
import type { RunIndex } from '../../persist/runIndex';
import { initialState, isFiniteSnapshot, type Snapshot } from '../../trainer/state';
import { createCheckpoints } from './checkpoints';
import type { RunMoment } from './runMoment';

function snapshotAt(step: number, weight = step): Snapshot {
  const parameters = [{ name: 'a', shape: [2], data: Float32Array.of(weight, step) }];
  const policy = { optimizerStep: step, parameters, firstMoments: parameters, secondMoments: parameters };
  return { state: { ...initialState, step }, policy, critic: policy };
}

function momentAt(step: number): RunMoment {
  const row = { step: step - 1, tokens: 10 * step, seconds: step / 3, correctRatio: 0.1, valueLoss: NaN };
  return {
    snapshot: snapshotAt(step),
    experiment: defaultExperiment,
    measured: { rows: [row], evaluations: [], forces: [forceRow({ step: step - 1 })], seconds: step / 3 },
    environment: { adapter: 'test', products: '{}' },
  };
}

function open(openRoot?: () => Promise<never>) {
  const { root, behaviour } = createFakeRoot();
  const old = new Map<string, unknown>();
  const said: string[] = [];
  const index: RunIndex = {
    list: async () => [],
    put: async () => null,
    annotate: async () => null,
    onCleared: () => undefined,
    hide: async () => {},
    remove: async () => {},
    oldCheckpoint: async (id) => old.get(id),
    removeOldCheckpoint: async (id) => void old.delete(id),
    sweep: async () => {},
  };
  const folders = createRunFolders(openRoot ?? (async () => root));
  const checkpoints = (runId = 'run') => createCheckpoints(runId, { folders, index }, (message) => said.push(message));
  return { checkpoints, behaviour, old, said, folders };
}

describe('the copies of a run', () => {
  it('come back with the rows of the same moment, what was not measured included', async () => {
    const { checkpoints, said } = open();
    expect(await checkpoints().load('run')).toBeNull();
    for (const step of [10, 20]) await checkpoints().keep(momentAt(step));
    expect(await checkpoints().load('run')).toEqual(momentAt(20));
    expect(await checkpoints().load('other')).toBeNull();
    expect(said).toEqual([]);
  });

  it('at quota stay as they were; one line says so, and one that it works again', async () => {
    const { checkpoints, behaviour, said } = open();
    const run = checkpoints();
    await run.keep(momentAt(10));
    behaviour.quota = 0;
    await run.keep(momentAt(20));
    await run.keep(momentAt(30));
    expect(await run.load('run')).toEqual(momentAt(10));
    behaviour.quota = Infinity;
    await run.keep(momentAt(40));
    expect(said).toEqual([
      "This run cannot be stored: the browser's storage is full. Training goes on, but a reload goes back to step 10.",
      'The run is stored in this browser again.',
    ]);
    expect(await run.load('run')).toEqual(momentAt(40));
  });

  it('where storage is refused do not stop the run', async () => {
    const { checkpoints, said } = open(() => Promise.reject(new DOMException('not here', 'SecurityError')));
    const run = checkpoints();
    expect(await run.load('run')).toBeNull();
    await run.keep(momentAt(10));
    expect(said).toEqual([
      'This run cannot be stored: this browser window refuses storage. Training goes on, but a reload loses it.',
    ]);
  });

  it('of an earlier build are read until the run has one of its own', async () => {
    const { checkpoints, old } = open();
    const { snapshot, experiment, measured } = momentAt(10);
    old.set('run', { version: 1, experiment, snapshot, ...measured });
    old.set('other', { version: 1, experiment, snapshot, ...measured });
    // Builds of that time measured no forces.
    const kept = { ...measured, forces: [] };
    expect(await checkpoints().load('run')).toEqual({ snapshot, experiment, measured: kept, environment: {} });
    // Going on from another run's copy leaves that run its own.
    const fork = checkpoints('fork');
    await fork.load('other');
    await fork.keep(momentAt(20));
    expect([...old.keys()]).toEqual(['run', 'other']);
    const run = checkpoints();
    await run.load('run');
    await run.keep(momentAt(20));
    expect([...old.keys()]).toEqual(['other']);
    expect(await run.load('run')).toEqual(momentAt(20));
  });

  it('of an earlier build with a number that is not finite, or of another version, are passed over', async () => {
    const { checkpoints, old } = open();
    const { snapshot, experiment, measured } = momentAt(10);
    for (const record of [
      { version: 1, experiment, snapshot: { ...snapshot, critic: snapshotAt(10, NaN).policy }, ...measured },
      { version: 2, experiment, snapshot, ...measured },
      { version: 1, experiment, snapshot: { ...snapshot, state: {} }, ...measured },
      'nonsense',
    ]) {
      old.set('run', record);
      expect(await checkpoints().load('run')).toBeNull();
    }
  });
});

it('a snapshot is finite only where policy, critic and all moments are', () => {
  const good = snapshotAt(1);
  const bad = snapshotAt(1, Infinity).policy;
  expect(isFiniteSnapshot(good)).toBe(true);
  expect(isFiniteSnapshot({ ...good, critic: null })).toBe(true);
  expect(isFiniteSnapshot({ ...good, policy: bad })).toBe(false);
  expect(isFiniteSnapshot({ ...good, critic: bad })).toBe(false);
  for (const part of ['parameters', 'firstMoments', 'secondMoments'] as const)
    expect(isFiniteSnapshot({ ...good, critic: { ...good.policy, [part]: bad[part] } })).toBe(false);
});
