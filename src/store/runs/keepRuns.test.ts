import { beforeEach, describe, expect, it } from 'vitest';
import type { RunIndex, StoredRun } from '../../persist/runIndex';
import { catalogue } from '../experiment/catalogue';
import { keepRuns } from './keepRuns';
import { idleStatus, useRuns, type Run } from './runs';

const [preset] = catalogue.presets;

function run(id: string): Run {
  if (!preset) throw new Error('no preset');
  return {
    id,
    seriesId: id,
    name: id,
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: preset.experiment,
    edits: [],
    rows: [],
    evaluations: [],
    status: idleStatus(10),
    note: '',
    forkedFrom: null,
    adapter: '',
    startedAt: 1,
    promised: null,
  };
}

/** Records and what runs left beside them (folders), as the browser would hold them. */
function createFakeIndex() {
  const records = new Map<string, StoredRun>();
  const leftovers = new Set<string>();
  const index: RunIndex = {
    list: async () => [...records.values()],
    put: async (record) => {
      records.set(record.id, record);
      leftovers.add(record.id);
      return true;
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
  return { index, records, leftovers };
}

describe('runs over a reload', () => {
  beforeEach(() => useRuns.setState({ runs: [], activeId: null, deleted: null }));

  async function open() {
    const fake = createFakeIndex();
    const keeper = keepRuns(fake.index, () => 1);
    await keeper.restore();
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
});
