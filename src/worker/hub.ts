/** The worker that lists, plans, imports and deletes models: beside the one that trains, so that neither waits for the other. */
import { formatModelId } from '../experiment/modelId';
import { NoAdapterError, openDevice } from '../gpu/device';
import { oneLine } from '../lib/errors';
import { sha256Stream } from '../lib/sha256Stream';
import { openHubModel } from '../hub/hubSource';
import { importModel, totalBytes } from '../hub/importModel';
import type { ImportSource } from '../hub/importSource';
import { openLocalModel } from '../hub/localSource';
import { deleteEntry, isCached, listCache } from '../hub/modelCache';
import { createPace } from '../hub/pace';
import type { HubWorld } from '../hub/types';
import { modelTree } from '../persist/opfsTree';
import { refusalOf } from '../persist/refusal';
import { experimentMemory, type Room } from '../trainer/experimentMemory';
import type { CachedModel, HubCommand, HubEvent, HubReply, HubRequest, ImportPlan, PlanFor } from './hubProtocol';

const TELL_EVERY_MS = 250;
/** Of a graphics card's memory: the browser, the page and the screen take the rest. */
const SHARE = 0.65;

const scope = self as unknown as {
  postMessage(event: HubEvent): void;
  onmessage: ((event: { readonly data: HubRequest }) => void) | null;
};
const tree = modelTree();
const now = (): number => Date.now();

const world: HubWorld = {
  // Nothing that a link brings can name another host.
  endpoint: 'https://huggingface.co',
  fetch: (url, init) => fetch(url, { ...init, credentials: 'omit', referrerPolicy: 'no-referrer' }),
  now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
  sha256: sha256Stream,
};

/** What was planned last. */
let planned: ImportSource | null = null;
let underWay = new AbortController();

const onNotice = (words: string): void => scope.postMessage({ type: 'notice', words });

/** At most four a second, and the last. */
function teller(): (done: number, total: number) => void {
  const pace = createPace(now);
  let told = 0;
  return (done, total) => {
    if (now() - told < TELL_EVERY_MS && done < total) return;
    told = now();
    scope.postMessage({ type: 'progress', done, total, ...pace(done, total) });
  };
}

async function obey(command: Exclude<HubCommand, { type: 'cancel' }>): Promise<unknown> {
  const { signal } = underWay;
  switch (command.type) {
    case 'list':
      return list();
    case 'plan': {
      const { repo, revision } = command;
      planned = await openHubModel(world, { repo, revision }, { signal, onNotice });
      return planOf(planned, command.plan);
    }
    case 'plan-folder': {
      const files = command.files.map(({ path, file }) => ({
        path,
        bytes: file.size,
        read: async (begin: number, end: number) => new Uint8Array(await file.slice(begin, end).arrayBuffer()),
      }));
      planned = await openLocalModel(command.name, files, sha256Stream, { signal, onNotice, onBytes: teller() });
      return planOf(planned, command.plan);
    }
    case 'import': {
      if (!planned) throw new Error('nothing was planned yet');
      // Without it the browser may clear models away when its disk runs full; a refusal changes nothing here.
      await navigator.storage.persist?.().catch(() => false);
      const options = { signal, onNotice, onBytes: teller() };
      await importModel({ tree, sha256: sha256Stream, today: () => new Date().toISOString() }, planned, options);
      return formatModelId(planned.id);
    }
    case 'delete':
      return deleteEntry(tree, command.folder);
    default:
      return command satisfies never;
  }
}

async function list(): Promise<readonly CachedModel[]> {
  return (await listCache(tree)).map(({ id, ...entry }) => ({ ...entry, id: id && formatModelId(id) }));
}

async function planOf(source: ImportSource, { settings, memoryBytes }: PlanFor): Promise<ImportPlan> {
  const room = await roomHere(memoryBytes);
  const memory = room && experimentMemory(source.head, settings, room);
  const { usage, quota } = await navigator.storage.estimate().catch(() => ({ usage: undefined, quota: undefined }));
  return {
    id: formatModelId(source.id),
    name: source.name,
    bytes: totalBytes(source),
    files: source.files.length,
    parameters: memory?.parameters ?? 0,
    contextTokens: source.head.config.maxPositions,
    cached: await isCached(tree, source.id),
    memory,
    roomBytes: usage === undefined || quota === undefined ? null : quota - usage,
  };
}

async function roomHere(memoryBytes: number | null): Promise<Room | null> {
  try {
    const gpu = await openDevice();
    gpu.destroy();
    return { gpu, memoryBytes: memoryBytes && memoryBytes * SHARE };
  } catch (error) {
    if (error instanceof NoAdapterError) return null;
    throw error;
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Error && error.name === 'NoModificationAllowedError'
    ? 'another tab is importing this model'
    : oneLine(refusalOf(error), 600);

scope.onmessage = ({ data: { id, command } }) => {
  const reply = (answer: HubReply): void => scope.postMessage({ type: 'reply', id, reply: answer });
  if (command.type === 'cancel') {
    underWay.abort();
    return reply({ ok: true, value: null });
  }
  underWay = new AbortController();
  const { signal } = underWay;
  void obey(command).then(
    (value) => reply({ ok: true, value }),
    (error: unknown) => reply({ ok: false, message: wordsOf(error), stopped: signal.aborted }),
  );
};
