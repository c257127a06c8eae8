import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectWorker, type WorkerLike } from './client';
import type { Event, Request } from './protocol';

class FakeWorker implements WorkerLike {
  readonly sent: Request[] = [];
  terminated = false;
  onmessage: ((event: { readonly data: Event }) => void) | null = null;
  onerror: ((event: { readonly message?: string }) => void) | null = null;
  postMessage(message: Request): void {
    this.sent.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
}

describe('worker client', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function connect() {
    const workers: FakeWorker[] = [];
    const events: Event[] = [];
    const restarts: string[] = [];
    const ends: string[] = [];
    const client = connectWorker({
      spawn: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      now: () => Date.now(),
      onEvent: (event) => events.push(event),
      onRestart: (error) => restarts.push(error.message),
      onGone: (error) => ends.push(error.message),
    });
    return { client, workers, events, restarts, ends };
  }

  it('answers each request by its id and passes events on', async () => {
    const { client, workers, events } = connect();
    const first = client.send({ type: 'boot', base: '', sweep: true });
    const second = client.send({ type: 'start' });
    workers[0]?.onmessage?.({ data: { type: 'heartbeat' } });
    workers[0]?.onmessage?.({
      data: { type: 'reply', id: 2, error: { kind: 'experiment', message: 'no' }, value: null },
    });
    workers[0]?.onmessage?.({ data: { type: 'reply', id: 1, error: null, value: 7 } });
    expect(await first).toEqual({ ok: true, value: 7 });
    expect(await second).toMatchObject({ ok: false, error: { message: 'no' } });
    expect(events).toEqual([{ type: 'heartbeat' }]);
    client.dispose();
  });

  it('replaces a worker that is silent for 20 s while a request waits', async () => {
    const { client, workers, restarts } = connect();
    const waiting = client.send({ type: 'start' });
    vi.advanceTimersByTime(23_000);
    expect(await waiting).toMatchObject({ ok: false, error: { kind: 'worker-lost' } });
    expect(workers).toHaveLength(2);
    expect(workers[0]?.terminated).toBe(true);
    expect(restarts).toHaveLength(1);
    client.dispose();
  });

  it('leaves an idle worker alone', () => {
    const { client, workers } = connect();
    vi.advanceTimersByTime(120_000);
    expect(workers).toHaveLength(1);
    client.dispose();
  });

  it('replaces a worker that throws', async () => {
    const { client, workers, restarts } = connect();
    const waiting = client.send({ type: 'start' });
    workers[0]?.onerror?.({ message: 'boom' });
    expect(await waiting).toMatchObject({ ok: false });
    expect(restarts[0]).toContain('boom');
    client.dispose();
  });

  it('gives up a worker that fails again at once, instead of starting it for ever', async () => {
    const { client, workers, restarts, ends } = connect();
    workers[0]?.onerror?.({ message: 'no script' });
    vi.advanceTimersByTime(60_000);
    workers[1]?.onerror?.({ message: 'no script' });
    expect(workers).toHaveLength(2);
    expect(restarts).toHaveLength(1);
    expect(ends).toEqual(['The training worker failed (no script), twice within two minutes']);
    expect(await client.send({ type: 'start' })).toMatchObject({ ok: false, error: { kind: 'worker-lost' } });
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(2);
    client.dispose();
  });

  it('replaces it again when the failures lie far apart', () => {
    const { client, workers, ends } = connect();
    workers[0]?.onerror?.({ message: 'boom' });
    vi.advanceTimersByTime(121_000);
    workers[1]?.onerror?.({ message: 'boom' });
    expect(workers).toHaveLength(3);
    expect(ends).toEqual([]);
    client.dispose();
  });

  it('takes a long sleep of the machine for no hang', () => {
    const { client, workers } = connect();
    client.setBusy(true);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(4_000);
    expect(workers).toHaveLength(1);
    client.dispose();
  });
});
