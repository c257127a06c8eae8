/** The runs of this browser in IndexedDB, so that a reload loses nothing: one record per run, written when it changed and read at start, its
 * note in a record of its own, so that a tab which only shows can write it; their checkpoints lie in a folder each (`runFolders.ts`).
 * Without storage (private window, refused) the page works on; saving then says why. */

import { patiently, refusalOf } from './refusal';
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
  /** Null where it was not changed since the run was written. */
  readonly note: string | null;
}

/** Beside the run's own record, in the same store: builds that do not know it pass it over. */
interface StoredNote {
  readonly id: string;
  /** Infinite, so that such a build takes no note for an old run. */
  readonly savedAt: number;
  readonly note: string;
}

export interface RunIndex {
  /** Null where they cannot be read. */
  list(): Promise<readonly StoredRun[] | null>;
  /** Resolves to null when the record is safe, else to the reason why it is not. */
  put(record: Omit<StoredRun, 'note'>): Promise<string | null>;
  /** Keeps the note of a run apart from its rows. */
  annotate(id: string, note: string): Promise<string | null>;
  /** Takes the run off the list; what it left goes with `remove`, or at the next start. */
  hide(id: string): Promise<void>;
  /** The run with all that it left. */
  remove(id: string): Promise<void>;
  /** An older build's copy of a run's weights and state; null or undefined where there is none. */
  oldCheckpoint(id: string): Promise<unknown>;
  removeOldCheckpoint(id: string): Promise<void>;
  /** Removes what runs left that are no longer listed. For the one page that trains: it knows of every run under way. */
  sweep(): Promise<void>;
  /** Calls when all records may be gone: the person cleared them, or the browser. */
  onCleared(listener: () => void): void;
}

function open(factory: () => IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // The property itself may throw, too.
    const known = factory();
    if (!known) return reject(new Error('this browser window has no IndexedDB'));
    const request = known.open(NAME, VERSION);
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

/** The browser's own, where it has one. */
export const browserDatabases = (): IDBFactory | undefined =>
  (globalThis as { readonly indexedDB?: IDBFactory }).indexedDB;

/** Key of the copy from half way, beside the run's own: what a finished run can be forked from. */
const HALF = '@half';
export const halfwayKey = (runId: string): string => `${runId}${HALF}`;

const noteKey = (runId: string): string => `${runId}@note`;

/** `factory`: asked when the database is opened, and again after a failure. */
export function createRunIndex(factory: () => IDBFactory | undefined, folders: RunFolders): RunIndex {
  let database: IDBDatabase | null = null;
  let cleared: () => void = () => undefined;
  const opened = patiently(() => open(factory));

  async function connect(): Promise<IDBDatabase> {
    if (database) return database;
    const fresh = await opened();
    const drop = (): void => {
      fresh.close();
      if (database !== fresh) return;
      database = null;
      cleared();
    };
    // Its data were cleared, or another page wants to delete or renew it: opened anew by whoever needs it next.
    fresh.onclose = drop;
    fresh.onversionchange = drop;
    database = fresh;
    return fresh;
  }

  async function begin(store: string, mode: IDBTransactionMode): Promise<IDBTransaction> {
    const connection = await connect();
    try {
      return connection.transaction(store, mode);
    } catch {
      // Closed under our hands: once more, on a new one.
      if (database === connection) database = null;
      return (await connect()).transaction(store, mode);
    }
  }

  /** One request in one transaction; resolves when the transaction is durable. */
  async function within<T>(
    store: string,
    mode: IDBTransactionMode,
    ask: (objects: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const transaction = await begin(store, mode);
    return new Promise<T>((resolve, reject) => {
      const request = ask(transaction.objectStore(store));
      // At once, not when the page would next come to it: a page that is being closed never does.
      transaction.commit();
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
    });
  }

  const saved = (work: Promise<unknown>): Promise<string | null> => work.then(() => null, refusalOf);

  const hide = async (id: string): Promise<void> => {
    await saved(within(RUNS, 'readwrite', (objects) => objects.delete(id)));
    await saved(within(RUNS, 'readwrite', (objects) => objects.delete(noteKey(id))));
  };
  const removeOldCheckpoint = async (id: string): Promise<void> => {
    await saved(within(CHECKPOINTS, 'readwrite', (objects) => objects.delete(id)));
  };

  return {
    list: async () => {
      type Stored = Omit<StoredRun, 'note'> | StoredNote;
      const all = (await within(RUNS, 'readonly', (objects) => objects.getAll()).catch(() => null)) as
        readonly Stored[] | null;
      if (all === null) return null;
      const notes = new Map(all.flatMap((record) => ('note' in record ? [[record.id, record.note]] : [])));
      return all
        .flatMap((record) => ('run' in record ? [{ ...record, note: notes.get(noteKey(record.id)) ?? null }] : []))
        .sort((a, b) => a.savedAt - b.savedAt);
    },
    put: (record) => saved(within(RUNS, 'readwrite', (objects) => objects.put(record, record.id))),
    annotate: (id, note) => {
      const record: StoredNote = { id: noteKey(id), savedAt: Infinity, note };
      return saved(within(RUNS, 'readwrite', (objects) => objects.put(record, record.id)));
    },
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
    onCleared: (listener) => {
      cleared = listener;
    },
  };
}
