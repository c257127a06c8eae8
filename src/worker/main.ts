/** The worker's composition root: opens the device once, hands commands about runs to the run machine, and answers the page. */
import { NoAdapterError, openDevice, type Gpu } from '../gpu/device';
import { monotonicClock } from '../lib/clock';
import { createDataFiles } from '../persist/dataFiles';
import { createRunFolders } from '../persist/runFolders';
import { browserDatabases, createRunIndex } from '../persist/runIndex';
import { createTunings } from '../persist/tunings';
import { buildCatalogue } from '../trainer/catalogue';
import { readStoredRows, storeRows } from './main/dataSets';
import { toRunError } from './main/runError';
import { createRuns } from './main/run/shell';
import type { Event, ForcesWish, Request } from './protocol';

const HEARTBEAT_MS = 4_000;

const scope = self as unknown as {
  postMessage(event: Event): void;
  onmessage: ((event: { readonly data: Request }) => void) | null;
};
const send = (event: Event): void => scope.postMessage(event);
const catalogue = buildCatalogue();
const folders = createRunFolders();
const index = createRunIndex(browserDatabases, folders);
const tunings = createTunings();
const data = createDataFiles();

let base = '';
let forcesWish: ForcesWish = { automatic: false, share: 0 };
let gpu: Promise<Gpu> | null = null;
/** Whether a device was lost. */
let lost = false;
const obey = createRuns({
  catalogue,
  tunings,
  clock: monotonicClock,
  base: () => base,
  forcesWish: () => forcesWish,
  openGpu,
  forgetGpu,
  closeGpu,
  send,
  folders,
  index,
  taskRows: (task) => readStoredRows(data, task),
});

/** Answers of what concerns no run. */
function answer(id: number, reply: Promise<unknown>): void {
  void reply.then(
    (value) => send({ type: 'reply', id, error: null, value }),
    (error: unknown) => send({ type: 'reply', id, error: toRunError(error), value: null }),
  );
}

/** A browser whose GPU process has just died may give no adapter until another one runs. */
const adapterPausesMs = [0, 250, 500, 1_000, 2_000];

/** The device, opened anew after a loss. A browser that gives none any more has lost it once more. */
async function openGpu(): Promise<Gpu> {
  const known = gpu ? await gpu.catch(() => null) : null;
  if (known && known.failure() === null) return known;
  lost ||= known !== null;
  gpu = lost ? openAfterLoss() : openDevice();
  return gpu;
}

async function openAfterLoss(): Promise<Gpu> {
  let why = '';
  for (const pause of adapterPausesMs) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await openDevice();
    } catch (error) {
      if (!(error instanceof NoAdapterError)) throw error;
      why = error.message;
    }
  }
  throw new Error(`device lost: ${why}`);
}

function forgetGpu(dead: Gpu): void {
  lost = true;
  void gpu?.then(
    (known) => {
      if (known === dead) gpu = null;
    },
    () => undefined,
  );
}

async function closeGpu(): Promise<void> {
  const known = gpu;
  gpu = null;
  (await known?.catch(() => null))?.destroy();
}

async function boot(): Promise<void> {
  try {
    const { adapter } = await openGpu();
    const name = adapter.description || adapter.device || `${adapter.vendor} ${adapter.architecture}`.trim();
    send({ type: 'capability', capability: { adapter: name, software: adapter.software }, error: null });
  } catch (error) {
    send({ type: 'capability', capability: null, error: toRunError(error) });
  }
}

/** Commands about runs wait for the boot before them. */
let booted: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { id, command } }) => {
  if (command.type === 'watch-forces') {
    forcesWish = command.wish;
    return send({ type: 'reply', id, error: null, value: null });
  }
  if (command.type === 'add-data') return answer(id, storeRows(data, command));
  if (command.type === 'list-data') return answer(id, data.list());
  if (command.type !== 'boot') return void booted.then(() => obey(id, command));
  base = command.base;
  // The page boots its worker once it holds the lock: no other page is training. Nobody waits for storage.
  if (command.sweep) void index.sweep();
  booted = boot();
  void booted.then(() => send({ type: 'reply', id, error: null, value: null }));
};

setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS);
