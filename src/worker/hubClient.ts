/** The page's side of the worker that imports models; started with the first request. */
import type { HubCommand, HubEvent, HubReply, HubRequest } from './hubProtocol';

export interface HubWorkerLike {
  postMessage(message: HubRequest): void;
  terminate(): void;
  onmessage: ((event: { readonly data: HubEvent }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

export interface HubClient {
  /** Never rejects: what goes wrong is an answer. */
  send(command: HubCommand): Promise<HubReply>;
}

export function connectHub(
  spawn: () => HubWorkerLike,
  onEvent: (event: Exclude<HubEvent, { type: 'reply' }>) => void,
): HubClient {
  let worker: HubWorkerLike | null = null;
  let nextId = 1;
  const pending = new Map<number, (reply: HubReply) => void>();

  function start(): HubWorkerLike {
    const fresh = spawn();
    fresh.onmessage = ({ data }) => {
      if (data.type !== 'reply') return onEvent(data);
      pending.get(data.id)?.(data.reply);
      pending.delete(data.id);
    };
    // What was written stays, and the next request starts another.
    fresh.onerror = (event) => {
      fresh.terminate();
      worker = null;
      const message = `The import stopped working (${event.message ?? 'its script did not load'})`;
      for (const resolve of pending.values()) resolve({ ok: false, message, stopped: false });
      pending.clear();
    };
    return fresh;
  }

  return {
    send: (command) =>
      new Promise((resolve) => {
        worker ??= start();
        const id = nextId++;
        pending.set(id, resolve);
        worker.postMessage({ id, command });
      }),
  };
}
