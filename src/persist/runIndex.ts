/** The runs of this browser in IndexedDB, so that a reload loses nothing: one record per run, written when it changed and read at start;
 * their checkpoints lie in a folder each (`runFolders.ts`). Without storage (private window, refused) the page works on; saving then reports `false`. */

import type { RunFolders } from './runFolders';

const NAME = 'nsr-playground';
const VERSION = 1;
const RUNS = 'runs';
/** Where builds before the folders kept a run's one checkpoint. Still read. */
const CHECKPOINTS = 'checkpoints';

export interface StoredRun {
  readonly id: string;
  /** Milliseconds since 1970: newest last. */
  readonly savedAt: number;
  /** The run as the page holds it; checked by the reader, not here. */
  readonly run: unknown;
}

export interface RunIndex {
  list(): Promise<readonly StoredRun[]>;
  put(record: StoredRun): Promise<boolean>;
  /** Takes the run off the list; what it left goes with `remove`, or at the next start. */
  hide(id: string): Promise<void>;
  /** The run with all that it left. */
  remove(id: string): Promise<void>;
  /** An older build's copy of a run's weights and state; null or undefined where there is none. */
  oldCheckpoint(id: string): Promise<unknown>;
  removeOldCheckpoint(id: string): Promise<void>;
  /** Removes what runs left that are no longer listed. For the one page that trains: it knows of every run under way. */
  sweep(): Promise<void>;
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const store of [RUNS, CHECKPOINTS]) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused to open'));
    request.onblocked = () => reject(new Error('IndexedDB is held open by an older page'));
  });
}

/** Key of the copy from half way, beside the run's own: what a finished run can be forked from. */
const HALF = '@half';
export const halfwayKey = (runId: string): string => `${runId}${HALF}`;

export function createRunIndex(factory: IDBFactory, folders: RunFolders): RunIndex {
  let database: Promise<IDBDatabase> | null = null;

  /** One request in one transaction; resolves when the transaction is durable. */
  async function within<T>(
    store: string,
    mode: IDBTransactionMode,
    ask: (objects: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    database ??= open(factory);
    const transaction = (await database).transaction(store, mode);
    return new Promise<T>((resolve, reject) => {
      const request = ask(transaction.objectStore(store));
      // At once, not when the page would next come to it: a page that is being closed never does.
      transaction.commit();
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
    });
  }

  const saved = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );

  const hide = async (id: string): Promise<void> => {
    await saved(within(RUNS, 'readwrite', (objects) => objects.delete(id)));
  };
  const removeOldCheckpoint = async (id: string): Promise<void> => {
    await saved(within(CHECKPOINTS, 'readwrite', (objects) => objects.delete(id)));
  };

  return {
    list: async () => {
      const records = (await within(RUNS, 'readonly', (objects) => objects.getAll()).catch(
        () => [],
      )) as readonly StoredRun[];
      return [...records].sort((a, b) => a.savedAt - b.savedAt);
    },
    put: (record) => saved(within(RUNS, 'readwrite', (objects) => objects.put(record, record.id))),
    hide,
    remove: async (id) => {
      await hide(id);
      await removeOldCheckpoint(id);
      for (const key of [id, halfwayKey(id)]) await saved(folders.remove(key));
    },
    oldCheckpoint: (id) => within<unknown>(CHECKPOINTS, 'readonly', (objects) => objects.get(id)).catch(() => null),
    removeOldCheckpoint,
    sweep: async () => {
      try {
        const left = await folders.list();
        const old = await within(CHECKPOINTS, 'readonly', (objects) => objects.getAllKeys());
        // Not `list`: where the index cannot be read, nothing may be taken for left over.
        const known = new Set(await within(RUNS, 'readonly', (objects) => objects.getAllKeys()));
        for (const key of left)
          if (!known.has(key.endsWith(HALF) ? key.slice(0, -HALF.length) : key)) await folders.remove(key);
        for (const id of old) if (typeof id === 'string' && !known.has(id)) await removeOldCheckpoint(id);
      } catch {
        // No storage, or another page holds a file: the next start tries again.
      }
    },
  };
}
