import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../experiment/catalogue';
import { closeReplay, openReplay, pauseReplay, playReplay, recordedToken, seekReplay } from './replay';
import { useReplay } from './replayState';
import { useRuns } from '../runs/runs';

const gallery = join(import.meta.dirname, '../../../public/gallery');
const base = 'http://page.test/';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (url: URL) => {
    const name = url.pathname.split('/').at(-1) ?? '';
    return Promise.resolve(
      name === 'missing.json' ? new Response('', { status: 404 }) : new Response(readFileSync(join(gallery, name))),
    );
  });
});
afterEach(() => {
  useRuns.setState({ activeId: null });
  closeReplay();
  useRuns.setState({ runs: [] });
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const shown = () => useRuns.getState().runs.find((run) => run.id === `gallery-${useReplay.getState().file}`);

describe('replay of recorded runs', () => {
  it('opens the first recording at its end, the second one drawn behind it, with answers and a token', async () => {
    await openReplay(base, catalogue);
    const { entries, file, recorded, position } = useReplay.getState();
    expect(file).toBe(entries[0]?.file);
    expect(position).toBe(recorded?.rows.length);
    expect(useRuns.getState().runs.map((run) => run.id)).toEqual(
      [entries[1], entries[0]].map((entry) => `gallery-${entry?.file}`),
    );
    expect(shown()?.rows).toEqual(recorded?.rows);
    expect(shown()?.evaluations).toEqual(recorded?.evaluations);
    const last = recorded?.snapshots.at(-1);
    expect(useRuns.getState().samples).toBe(last?.samples);
    const kept = last?.tokens[0];
    expect(recordedToken(kept?.sample ?? -1, kept?.position ?? -1)).toEqual(kept);
    expect(recordedToken(9999, 0)).toBeNull();
  });

  it('plays rollout by rollout to the end, from the first snapshot to the last', async () => {
    await openReplay(base, catalogue, 'grpo.json');
    const { recorded } = useReplay.getState();
    playReplay();
    expect(shown()?.rows).toEqual([]);
    vi.advanceTimersByTime(6000);
    const half = shown()?.rows.length ?? 0;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(recorded?.rows.length ?? 0);
    expect(shown()?.evaluations.every((row) => row.step < half)).toBe(true);
    expect(useRuns.getState().samples).toBe(recorded?.snapshots[0]?.samples);
    vi.advanceTimersByTime(7000);
    expect(useReplay.getState().playing).toBe(false);
    expect(shown()?.rows).toEqual(recorded?.rows);
    expect(useRuns.getState().samples).toBe(recorded?.snapshots.at(-1)?.samples);
  });

  it('stops where it is paused, and goes to any rollout', async () => {
    await openReplay(base, catalogue, 'grpo.json');
    playReplay();
    vi.advanceTimersByTime(3000);
    pauseReplay();
    const { position } = useReplay.getState();
    vi.advanceTimersByTime(3000);
    expect(useReplay.getState().position).toBe(position);
    seekReplay(7);
    expect(shown()?.rows.map((row) => row.step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('gives the page to a run of one’s own, and leaves the whole recording for comparison', async () => {
    await openReplay(base, catalogue, 'grpo.json');
    const { recorded } = useReplay.getState();
    seekReplay(3);
    useRuns.getState().setActive('run-1');
    expect(useReplay.getState().recorded).toBeNull();
    expect(useRuns.getState().samples).toEqual([]);
    expect(useRuns.getState().runs[0]?.rows).toEqual(recorded?.rows);
  });

  it('says why a recording cannot be shown, and takes everything away when it is closed', async () => {
    await openReplay(base, catalogue, 'missing.json');
    expect(useReplay.getState().problem).toBe('missing.json could not be loaded');
    await openReplay(base, catalogue, 'grpo.json');
    closeReplay();
    expect(useRuns.getState().runs).toEqual([]);
    expect(useRuns.getState().samples).toEqual([]);
  });
});
