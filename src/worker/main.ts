/** The worker's composition root: opens the device once, holds the run that trains, or several that take turns, and answers the page. */
import { openDevice, type Gpu } from '../gpu/device';
import { monotonicClock } from '../lib/clock';
import { createRunFolders } from '../persist/runFolders';
import { createRunIndex } from '../persist/runIndex';
import { createTunings } from '../persist/tunings';
import { buildCatalogue } from '../trainer/catalogue';
import { toRunError } from './main/runError';
import { createRounds } from './main/rounds';
import { createTrainingRun } from './main/trainingRun';
import type { Command, Event, Request } from './protocol';

const HEARTBEAT_MS = 4_000;

const scope = self as unknown as {
  postMessage(event: Event): void;
  onmessage: ((event: { readonly data: Request }) => void) | null;
};
const send = (event: Event): void => scope.postMessage(event);
const catalogue = buildCatalogue();
const folders = createRunFolders();
const index = createRunIndex(indexedDB, folders);
const tunings = createTunings();
const world = { catalogue, tunings, clock: monotonicClock, openGpu, closeGpu, send, folders, index };

let base = '';
let gpu: Promise<Gpu> | null = null;
const rounds = createRounds();

/** The device, opened anew after a loss. */
async function openGpu(): Promise<Gpu> {
  const known = gpu ? await gpu.catch(() => null) : null;
  if (known && known.failure() === null) return known;
  gpu = openDevice();
  return gpu;
}

async function closeGpu(): Promise<void> {
  // Others that take turns still compute on it.
  if (rounds.several()) return;
  const known = gpu ? await gpu.catch(() => null) : null;
  gpu = null;
  known?.destroy();
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

async function obey(command: Command): Promise<unknown> {
  switch (command.type) {
    case 'boot':
      base = command.base;
      // The page boots its worker once it holds the lock: no other page is training.
      await index.sweep();
      return boot();
    case 'load':
      if (!command.beside) await rounds.clear();
      return rounds.add(createTrainingRun(command, { ...world, base }));
    case 'start':
      return rounds.start();
    case 'step':
      return rounds.start(1);
    case 'pause':
      return rounds.pause();
    case 'edit':
      return rounds.find(command.runId)?.edit(command.path, command.value);
    case 'inspect':
      return rounds.find(command.runId)?.inspect(command);
    case 'dispose':
      return rounds.clear();
    default:
      return command satisfies never;
  }
}

/** Commands act in the order they came, but for `inspect`, which may wait for the end of a rollout step. */
let queue: Promise<unknown> = Promise.resolve();

scope.onmessage = ({ data: { id, command } }) => {
  const answer = (work: Promise<unknown>): void => {
    void work.then(
      (value) => send({ type: 'reply', id, error: null, value: value ?? null }),
      (error: unknown) => send({ type: 'reply', id, error: toRunError(error), value: null }),
    );
  };
  const inOrder = queue.then(() => (command.type === 'inspect' ? undefined : obey(command)));
  queue = inOrder.catch(() => undefined);
  answer(command.type === 'inspect' ? queue.then(() => obey(command)) : inOrder);
};

setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS);
