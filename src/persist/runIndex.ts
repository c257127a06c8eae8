/** The runs of this browser in IndexedDB, so that a reload loses nothing: one record per run, written when it changed and read at start.
 * Without storage (private window, refused) the page works on; saving then reports `false`. */

const NAME = 'nsr-playground';
const VERSION = 1;
const RUNS = 'runs';
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
  remove(id: string): Promise<void>;
  /** The last good copy of a run's weights and state, for going on after a reload. */
  putCheckpoint(id: string, checkpoint: unknown): Promise<boolean>;
  checkpoint(id: string): Promise<unknown>;
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

export function createRunIndex(factory: IDBFactory): RunIndex {
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
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
    });
  }

  const saved = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );

  return {
    list: async () => {
      const records = (await within(RUNS, 'readonly', (objects) => objects.getAll()).catch(
        () => [],
      )) as readonly StoredRun[];
      return [...records].sort((a, b) => a.savedAt - b.savedAt);
    },
    put: (record) => saved(within(RUNS, 'readwrite', (objects) => objects.put(record, record.id))),
    remove: async (id) => {
      await saved(within(RUNS, 'readwrite', (objects) => objects.delete(id)));
      await saved(within(CHECKPOINTS, 'readwrite', (objects) => objects.delete(id)));
    },
    putCheckpoint: (id, checkpoint) =>
      saved(within(CHECKPOINTS, 'readwrite', (objects) => objects.put(checkpoint, id))),
    checkpoint: (id) => within<unknown>(CHECKPOINTS, 'readonly', (objects) => objects.get(id)).catch(() => null),
  };
}
