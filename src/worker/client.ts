/** The page's side of the worker: requests with an answer and a deadline, events to a listener, and a watchdog that replaces a worker which hangs, once. */
import type { Command, Event, Request, RunError } from './protocol';

/** A live worker says something at least this often (docs/behaviour.md, Lost devices and workers). */
const SILENCE_LIMIT_MS = 20_000;
const WATCH_EVERY_MS = 2_000;
/** A worker that fails again this soon is given up: one that cannot start would be started for ever. */
const RESTART_PAUSE_MS = 120_000;

/** The part of `Worker` that is used, so that tests and recorded runs can stand in for it. */
export interface WorkerLike {
  postMessage(message: Request): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Event }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

export type Reply<Value = unknown> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: RunError };

export interface WorkerClient {
  send<Value = unknown>(command: Command): Promise<Reply<Value>>;
  /** While busy (training), silence counts as a hang even when no request waits. */
  setBusy(busy: boolean): void;
  dispose(): void;
}

interface ClientOptions {
  readonly spawn: () => WorkerLike;
  readonly now: () => number;
  readonly onEvent: (event: Exclude<Event, { type: 'reply' }>) => void;
  /** The worker died or hung and has been replaced; whatever it was doing is gone. */
  readonly onRestart: (error: RunError) => void;
  /** It failed again soon after: there is none any more, and every request is answered with this error. */
  readonly onGone: (error: RunError) => void;
}

export function connectWorker(options: ClientOptions): WorkerClient {
  let nextId = 1;
  let lastHeard = options.now();
  let lastRestart = -Infinity;
  let gone: RunError | null = null;
  let worker = start();
  const pending = new Map<number, (reply: Reply) => void>();

  function start(): WorkerLike {
    const fresh = options.spawn();
    lastHeard = options.now();
    fresh.onmessage = ({ data }) => {
      lastHeard = options.now();
      if (data.type !== 'reply') return options.onEvent(data);
      const resolve = pending.get(data.id);
      pending.delete(data.id);
      resolve?.(data.error ? { ok: false, error: data.error } : { ok: true, value: data.value });
    };
    fresh.onerror = (event) => fail(`The training worker failed (${event.message ?? 'its script did not load'})`);
    return fresh;
  }

  function fail(what: string): void {
    worker.onmessage = null;
    worker.onerror = null;
    worker.terminate();
    const again = options.now() - lastRestart < RESTART_PAUSE_MS;
    lastRestart = options.now();
    const error: RunError = { kind: 'worker-lost', message: again ? `${what}, twice within two minutes` : what };
    if (again) gone = error;
    else worker = start();
    for (const resolve of pending.values()) resolve({ ok: false, error });
    pending.clear();
    if (again) options.onGone(error);
    else options.onRestart(error);
  }

  let busy = false;
  let lastWatch = options.now();
  const watch = setInterval(() => {
    // A machine that slept wakes with a long silence behind it that is nobody's fault.
    const slept = options.now() - lastWatch > 3 * WATCH_EVERY_MS;
    lastWatch = options.now();
    if (slept) lastHeard = lastWatch;
    if (gone || (pending.size === 0 && !busy) || options.now() - lastHeard < SILENCE_LIMIT_MS) return;
    fail('The training worker did not answer for 20 s');
  }, WATCH_EVERY_MS);

  return {
    send: <Value>(command: Command) =>
      new Promise<Reply<Value>>((resolve) => {
        if (gone) return resolve({ ok: false, error: gone });
        const id = nextId++;
        if (pending.size === 0 && !busy) lastHeard = options.now();
        pending.set(id, resolve as (reply: Reply) => void);
        worker.postMessage({ id, command });
      }),
    setBusy: (next) => {
      if (next && !busy) lastHeard = options.now();
      busy = next;
    },
    dispose: () => {
      clearInterval(watch);
      worker.terminate();
    },
  };
}
