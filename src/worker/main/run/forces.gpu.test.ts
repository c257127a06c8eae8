/** Forces as the page's worker measures them: its own runs, on a device, with everything below. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseExperiment } from '../../../experiment/parseExperiment';
import { openDevice, type Gpu } from '../../../gpu/device';
import { monotonicClock } from '../../../lib/clock';
import { createFakeRoot } from '../../../persist/opfs.fixture';
import { createRunFolders } from '../../../persist/runFolders';
import type { RunIndex } from '../../../persist/runIndex';
import { createTunings } from '../../../persist/tunings';
import { buildCatalogue } from '../../../trainer/catalogue';
import type { Event, ForcesWish } from '../../protocol';
import type { RunCommand } from '../../protocol';
import { createRuns } from './shell';

const catalogue = buildCatalogue();
const experiment = parseExperiment(
  {
    model: 'countdown3-tiny',
    task: { name: 'countdown', params: { numbers: 3 } },
    sampling: { maxNewTokens: 6 },
    batch: { promptsPerStep: 8, groupSize: 4, updatesPerRollout: 2 },
    evaluation: { every: 0, problems: 8, samples: 4 },
    steps: 3,
  },
  catalogue,
);

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
  vi.stubGlobal('fetch', async (address: URL) =>
    readFile(join('public', address.pathname)).then(
      (bytes) => new Response(new Uint8Array(bytes)),
      () => new Response(null, { status: 404 }),
    ),
  );
});
afterAll(() => {
  vi.unstubAllGlobals();
  gpu.destroy();
});

const nothing = async (): Promise<void> => undefined;
const index: RunIndex = {
  list: async () => [],
  put: async () => null,
  annotate: async () => null,
  onCleared: () => undefined,
  hide: nothing,
  remove: nothing,
  oldCheckpoint: async () => undefined,
  removeOldCheckpoint: nothing,
  sweep: nothing,
};

/** A worker on storage that outlives it. */
function worker(wish: ForcesWish, { root } = createFakeRoot()) {
  const events: Event[] = [];
  let request = 0;
  let wake = (): void => undefined;
  const obey = createRuns({
    catalogue,
    tunings: createTunings(async () => root),
    clock: monotonicClock,
    base: () => 'http://page/',
    forcesWish: () => wish,
    openGpu: async () => gpu,
    taskRows: async () => null,
    forgetGpu: () => undefined,
    closeGpu: nothing,
    send: (event) => {
      events.push(event);
      wake();
    },
    folders: createRunFolders(async () => root),
    index,
  });
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const phase = (): string | undefined => events.findLast((event) => event.type === 'status')?.status.phase;
  return {
    /** Resolves with the answer. */
    async ask(command: RunCommand): Promise<unknown> {
      const id = ++request;
      obey(id, command);
      const reply = () => events.find((event) => event.type === 'reply' && event.id === id);
      await until(() => reply() !== undefined);
      const found = reply();
      return found?.type === 'reply' ? (found.error ?? found.value) : null;
    },
    reaches: (wanted: 'paused' | 'finished') => until(() => phase() === wanted),
    rows: () =>
      events.flatMap((event) => (event.type === 'frame' ? event.rows.map(({ seconds: _seconds, ...row }) => row) : [])),
    forces: () => events.flatMap((event) => (event.type === 'forces' ? event.rows : [])),
    pace: () => events.findLast((event) => event.type === 'forces')?.pace,
  };
}

const load = { type: 'load', runId: 'a', experiment, resumeFrom: null, beside: false } as const;
const off = { automatic: false, share: 0.15 };

it('a run has the same bits without forces, with them, and measured between its steps', async () => {
  const plain = worker(off);
  await plain.ask(load);
  await plain.ask({ type: 'start' });
  await plain.reaches('finished');
  expect(plain.forces()).toEqual([]);

  // A share so large that every step is measured.
  const watched = worker({ automatic: true, share: 1e6 });
  await watched.ask(load);
  await watched.ask({ type: 'start' });
  await watched.reaches('finished');
  expect(watched.forces().map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(watched.forces().every(({ measures }) => measures.every(({ realised }) => realised !== null))).toBe(true);
  expect(watched.pace()).toMatchObject({ every: 1, tooDear: false, refusal: null });
  expect(watched.rows()).toEqual(plain.rows());

  const asked = worker(off);
  await asked.ask(load);
  await asked.ask({ type: 'step' });
  await asked.reaches('paused');
  expect(await asked.ask({ type: 'measure-forces', runId: 'a' })).toBe(true);
  const [ahead] = asked.forces();
  await asked.ask({ type: 'start' });
  await asked.reaches('finished');
  expect(await asked.ask({ type: 'measure-forces', runId: 'a' })).toBe(true);
  expect(asked.forces().map(({ step }) => step)).toEqual([1, 3]);
  expect(asked.rows()).toEqual(plain.rows());
  // What was foretold between the steps is what the step itself foretold.
  const forecasts = (row: typeof ahead) => row?.measures.map(({ forecast }) => forecast);
  expect(forecasts(ahead)).toEqual(forecasts(watched.forces()[1]));
});

it('forces come back with the copy of a run, and a question of a run without an engine is no measurement', async () => {
  const storage = createFakeRoot();
  const first = worker({ automatic: true, share: 1e6 }, storage);
  await first.ask(load);
  await first.ask({ type: 'step' });
  await first.reaches('paused');
  const second = worker(off, storage);
  await second.ask({ ...load, resumeFrom: 'a' });
  expect(await second.ask({ type: 'measure-forces', runId: 'a' })).toBe(false);
  await second.ask({ type: 'step' });
  await second.reaches('paused');
  expect(second.forces()).toEqual(first.forces());
});

it('where the probability of a pushed token goes adds up to 1', async () => {
  const run = worker(off);
  await run.ask(load);
  await run.ask({ type: 'step' });
  await run.reaches('paused');
  const handed = await run.ask({ type: 'hand-on', runId: 'a', sample: 0, position: 0 });
  expect(Object.keys(handed as object)).toEqual(['right', 'sampledWrong', 'sampledMalformed']);
  const shares = Object.values(handed as Record<string, number | null>).map((share) => share ?? 0);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
});
