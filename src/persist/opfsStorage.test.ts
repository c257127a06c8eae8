import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { createRng } from '../lib/rng';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers, type CheckpointContent } from '../trainer/checkpointFormat';
import { initialState } from '../trainer/state';
import { createFakeRoot, refusedWrite } from './opfs.fixture';
import type { DirectoryHandle, SyncAccessHandle } from './opfs';
import { opfsStorage } from './opfsStorage';
import { createPatience, NoAnswerError } from './refusal';
import { createRunFolders } from './runFolders';
import { createTunings } from './tunings';

const bytesOf = (...values: number[]) => Uint8Array.from(values);

function content(step: number): CheckpointContent {
  const parameters = [{ name: 'a', shape: [64], data: new Float32Array(64).fill(step) }];
  const policy = { optimizerStep: step, parameters, firstMoments: parameters, secondMoments: parameters };
  return {
    snapshot: { state: { ...initialState, step }, policy, critic: policy },
    experiment: defaultExperiment,
    environment: {},
    score: null,
    record: new TextEncoder().encode(`rows up to ${step}`),
  };
}

function open() {
  const { root, behaviour } = createFakeRoot();
  const folders = createRunFolders(async () => root);
  return { folders, behaviour, storage: folders.storage('run') };
}

describe('files in the browser', () => {
  it('are written, listed, read, renamed over another and removed', async () => {
    const { storage, folders } = open();
    expect(await storage.list()).toEqual([]);
    expect(await storage.read('a')).toBeNull();
    await storage.remove('a');
    await storage.write('a', bytesOf(1, 2, 3));
    await storage.write('a', bytesOf(4));
    await storage.write('b', bytesOf(5));
    expect(await storage.list()).toEqual(['a', 'b']);
    expect(await storage.read('a')).toEqual(bytesOf(4));
    expect(await storage.read('c')).toBeNull();
    await storage.rename('a', 'b');
    expect(await storage.list()).toEqual(['b']);
    expect(await storage.read('b')).toEqual(bytesOf(4));
    await storage.remove('b');
    expect(await storage.list()).toEqual([]);
    expect(await folders.list()).toEqual(['run']);
    await folders.remove('run');
    await folders.remove('run');
    expect(await folders.list()).toEqual([]);
  });

  it('that never open are given up once; from then on they are refused at once, until the browser answers', async () => {
    const { root } = createFakeRoot();
    let answer: ((late: SyncAccessHandle) => void) | null = null;
    let silent = true;
    const folder = await root.getDirectoryHandle('run', { create: true });
    const slow: DirectoryHandle = {
      ...folder,
      getFileHandle: async (name, options) => {
        const file = await folder.getFileHandle(name, options);
        if (!silent) return file;
        return { ...file, createSyncAccessHandle: () => new Promise((resolve) => (answer = resolve)) };
      },
    };
    const storage = opfsStorage(async () => slow, createPatience(20));
    await expect(storage.write('a', bytesOf(1))).rejects.toBeInstanceOf(NoAnswerError);
    await expect(storage.write('a', bytesOf(1))).rejects.toBeInstanceOf(NoAnswerError);
    await expect(storage.list()).rejects.toBeInstanceOf(NoAnswerError);
    silent = false;
    const late = await (await folder.getFileHandle('a')).createSyncAccessHandle();
    const answered = answer as ((late: SyncAccessHandle) => void) | null;
    answered?.(late);
    await new Promise((resolve) => setTimeout(resolve));
    // The late handle was closed: it would lock the file.
    await storage.write('a', bytesOf(2));
    expect(await storage.read('a')).toEqual(bytesOf(2));
  });

  it('are written to the end where the browser takes fewer bytes at once', async () => {
    const { storage, behaviour } = open();
    behaviour.take = (bytes) => Math.min(bytes, 2);
    await storage.write('a', bytesOf(1, 2, 3, 4, 5));
    expect(await storage.read('a')).toEqual(bytesOf(1, 2, 3, 4, 5));
  });

  it.each([
    ['4294967288, as Chromium does at quota', refusedWrite],
    ['nothing', 0],
    ['less than nothing', -8],
    ['no number', NaN],
  ])('are refused with a typed error where a write returns %s', async (_, taken) => {
    const { storage, behaviour } = open();
    behaviour.take = () => taken;
    await expect(storage.write('a', bytesOf(1))).rejects.toMatchObject({
      name: 'StorageFullError',
      message: 'a: the browser took 0 of 1 bytes',
    });
    // The handle was closed all the same.
    await storage.remove('a');
    expect(await storage.list()).toEqual([]);
  });
});

describe('generations in the browser', () => {
  it('come back whole, with the record of the same moment', async () => {
    const { storage } = open();
    await saveCheckpoint(storage, content(3));
    expect(await loadCheckpoint(storage)).toEqual({ ...content(3), generation: 1, skipped: [] });
  });

  it.each(['open', 'write', 'flush', 'move'] as const)(
    'where %s fails reject, tidy up and keep the generation before',
    async (failing) => {
      const { storage, behaviour } = open();
      await saveCheckpoint(storage, content(1));
      const before = await storage.list();
      let calls = 0;
      // In the middle of the second save: its first file is in place already.
      behaviour.beforeEach = (operation) => {
        if (operation === failing && ++calls > 1) throw new Error(`${failing} failed`);
      };
      await expect(saveCheckpoint(storage, content(2))).rejects.toThrow(`${failing} failed`);
      behaviour.beforeEach = () => {};
      expect(await storage.list()).toEqual(before);
      expect((await loadCheckpoint(storage))?.snapshot.state.step).toBe(1);
      await saveCheckpoint(storage, content(3));
      expect((await loadCheckpoint(storage))?.snapshot.state.step).toBe(3);
    },
  );

  it('at quota reject by name, keep the generation before, and go on once there is room', async () => {
    const { storage, behaviour } = open();
    await saveCheckpoint(storage, content(1));
    behaviour.quota = 7_000;
    await expect(saveCheckpoint(storage, content(2))).rejects.toMatchObject({ name: 'StorageFullError' });
    expect((await loadCheckpoint(storage))?.snapshot.state.step).toBe(1);
    behaviour.quota = Infinity;
    await saveCheckpoint(storage, content(3));
    expect((await loadCheckpoint(storage))?.skipped).toEqual([]);
  });

  it('killed at 200 random moments never lose more than the save under way', async () => {
    const rng = createRng(2, 'kills');
    const { storage, behaviour } = open();
    let countdown = 0;
    // A kill: nothing that comes after it happens either.
    behaviour.beforeEach = () => {
      if (--countdown <= 0) throw new Error('killed');
    };
    let good = 0;
    let killed = 0;
    for (let step = 1; step <= 200; step++) {
      countdown = 1 + rng.int(24);
      await saveCheckpoint(storage, content(step)).catch(() => killed++);
      countdown = Infinity;
      if (rng.int(2) === 0) await sweepLeftovers(storage);
      const loaded = (await loadCheckpoint(storage))?.snapshot.state.step ?? 0;
      expect([good, step]).toContain(loaded);
      good = loaded;
    }
    expect(killed).toBeGreaterThan(50);
    expect(good).toBeGreaterThan(150);
  });
});

it('keeps tunings, and those of before when a write is refused', async () => {
  const { root, behaviour } = createFakeRoot();
  const tunings = createTunings(async () => root);
  expect(await tunings.read('adapter')).toBeNull();
  await tunings.write('adapter', '{"a":1}');
  behaviour.take = () => refusedWrite;
  await expect(tunings.write('adapter', '{"a":2}')).rejects.toThrow('the browser took 0 of 7 bytes');
  expect(await tunings.read('adapter')).toBe('{"a":1}');
});
