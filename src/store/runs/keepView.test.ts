import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useSession } from '../session';
import { keepView } from './keepView';
import { idleRun } from './run.fixture';
import { noRuns, useRuns } from './runs';

const ids = (): string[] => useRuns.getState().runs.map(({ id }) => id);

const kept = vi.hoisted(() => {
  const items = new Map<string, string>();
  // The session asks for it when it is made.
  vi.stubGlobal('window', {
    localStorage: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    },
  });
  return items;
});
const stored = (): unknown => (JSON.parse(kept.get('nsr-session') ?? '{}') as { state?: unknown }).state;

beforeEach(() => {
  useRuns.setState(noRuns);
  useSession.getState().set({ baselineId: null, runOrder: [] });
});

describe('how runs are looked at', () => {
  it('comes back after a reload: baseline and order', () => {
    useRuns.setState({ runs: [idleRun('a'), idleRun('b'), idleRun('c')] });
    const stop = keepView();
    useRuns.getState().setBaseline('b');
    useRuns.setState(({ runs }) => ({ runs: [...runs.slice(1), ...runs.slice(0, 1)] }));
    expect(stored()).toMatchObject({ baselineId: 'b', runOrder: ['b', 'c', 'a'] });
    stop();
    // The next visit: storage lists them by time.
    useRuns.setState({ ...noRuns, runs: [idleRun('a'), idleRun('b'), idleRun('c')] });
    keepView()();
    expect(ids()).toEqual(['b', 'c', 'a']);
    expect(useRuns.getState().baselineId).toBe('b');
  });

  it('forgets a baseline that is gone, and puts runs that it does not know behind', () => {
    useSession.getState().set({ baselineId: 'gone', runOrder: ['c', 'gone', 'b'] });
    useRuns.setState({ runs: [idleRun('a'), idleRun('b'), idleRun('c')] });
    keepView()();
    expect(useRuns.getState().baselineId).toBeNull();
    expect(ids()).toEqual(['c', 'b', 'a']);
  });
});
