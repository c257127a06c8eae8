import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunIndex, StoredRun } from '../../persist/runIndex';
import { catalogue } from '../experiment/catalogue';
import { keepRuns } from './keepRuns';
import { idleRun } from './run.fixture';
import { useRuns, type Run } from './runs';
import { idleStatus } from '../../worker/protocol';

const [preset] = catalogue.presets;

function run(id: string): Run {
  if (!preset) throw new Error('no preset');
  return idleRun(id, { experiment: preset.experiment, startedAt: 1 });
}

/** Records and what runs left beside them (folders), as the browser would hold them. */
function createFakeIndex() {
  const records = new Map<string, StoredRun>();
  const storage: { refusal: string | null; clear: () => void } = { refusal: null, clear: () => undefined };
  const leftovers = new Set<string>();
  const index: RunIndex = {
    list: async () => [...records.values()],
    put: async (record) => {
      if (storage.refusal !== null) return storage.refusal;
      records.set(record.id, { note: null, ...records.get(record.id), ...record });
      leftovers.add(record.id);
      return null;
    },
    annotate: async (id, note) => {
      const record = records.get(id);
      if (record) records.set(id, { ...record, note });
      return null;
    },
    onCleared: (listener) => {
      storage.clear = () => {
        records.clear();
        listener();
      };
    },
    hide: async (id) => void records.delete(id),
    remove: async (id) => {
      records.delete(id);
      leftovers.delete(id);
    },
    oldCheckpoint: async () => null,
    removeOldCheckpoint: async () => {},
    sweep: async () => {},
  };
  return { index, records, leftovers, storage };
}

describe('runs over a reload', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    useRuns.setState({ runs: [], activeId: null, deleted: null, unkept: null });
  });
  afterEach(() => void vi.useRealTimers());

  async function open() {
    const fake = createFakeIndex();
    const keeper = keepRuns(fake.index, () => 1);
    await keeper.own();
    for (const id of ['a', 'b']) useRuns.getState().add(run(id));
    keeper.flush();
    return { ...fake, keeper };
  }

  it('a deleted one is off the list at once, with its checkpoints kept until the deletion is final', async () => {
    const { records, leftovers, keeper } = await open();
    useRuns.getState().remove(['a']);
    keeper.flush();
    expect([[...records.keys()], [...leftovers]]).toEqual([['b'], ['a', 'b']]);
    useRuns.getState().remove(['b']);
    keeper.flush();
    expect([[...records.keys()], [...leftovers]]).toEqual([[], ['b']]);
  });

  it('one whose deletion is undone is listed again', async () => {
    const { records, leftovers, keeper } = await open();
    useRuns.getState().remove(['a']);
    keeper.flush();
    useRuns.getState().undoRemove();
    keeper.flush();
    expect([...records.keys()].sort()).toEqual(['a', 'b']);
    useRuns.getState().remove(['a']);
    useRuns.getState().remove(['b']);
    keeper.flush();
    expect([[...records.keys()], [...leftovers]]).toEqual([[], ['b']]);
  });

  it('only the tab that trains writes rows; another one writes its notes, and reads what is newest when its turn comes', async () => {
    const { records, keeper, index } = await open();
    const viewer = keepRuns(index, () => 1);
    keeper.disown();
    await viewer.view();
    // Meanwhile the tab that trains finished the run.
    const stored = records.get('a');
    const finished = { ...run('a'), status: { ...idleStatus(10), phase: 'finished' } };
    if (stored) records.set('a', { ...stored, run: finished });
    useRuns.getState().patch('a', { note: 'seen' });
    viewer.flush();
    expect(records.get('a')).toMatchObject({ run: finished, note: 'seen' });
    await viewer.own();
    expect(useRuns.getState().runs.find(({ id }) => id === 'a')).toMatchObject({
      status: { phase: 'finished' },
      note: 'seen',
    });
  });

  it('a run that another tab deleted is gone when this one takes over; unread, all stay', async () => {
    const { records, keeper, index } = await open();
    keeper.disown();
    const viewer = keepRuns({ ...index, list: async () => null }, () => 1);
    await viewer.own();
    expect(useRuns.getState().runs.map(({ id }) => id)).toEqual(['a', 'b']);
    records.delete('a');
    await keeper.own();
    expect(useRuns.getState().runs.map(({ id }) => id)).toEqual(['b']);
  });

  it('that cannot be kept are told at once, tried again, and told kept when they are', async () => {
    const { records, storage } = await open();
    storage.refusal = "the browser's storage is full";
    useRuns.getState().add(run('c'));
    await vi.advanceTimersByTimeAsync(0);
    expect(useRuns.getState().unkept).toBe(storage.refusal);
    storage.refusal = null;
    await vi.advanceTimersByTimeAsync(5000);
    expect(useRuns.getState().unkept).toBeNull();
    expect([...records.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('are all written again after the storage was cleared', async () => {
    const { records, storage } = await open();
    storage.clear();
    await vi.advanceTimersByTimeAsync(1500);
    expect([...records.keys()]).toEqual(['a', 'b']);
  });
});
