import { describe, expect, it } from 'vitest';
import { killable, type Port } from './killable';

/** Doubles numbers; never answers 13; dies of 0. */
function workers() {
  const alive = new Set<number>();
  let started = 0;
  const spawn = (): Port<number, number> => {
    const id = started++;
    alive.add(id);
    let listener: (reply: number | null) => void = () => undefined;
    return {
      post: (request) => {
        if (request !== 13) setTimeout(() => listener(request === 0 ? null : 2 * request), 0);
      },
      onReply: (next) => void (listener = next),
      kill: () => void alive.delete(id),
    };
  };
  return { spawn, alive, started: () => started };
}

describe('a killable worker', () => {
  it('answers from one worker as long as it answers in time', async () => {
    const { spawn, started } = workers();
    const worker = killable(spawn, 0);
    expect(await worker.ask(1, 1000)).toEqual({ ok: true, value: 2 });
    expect(await worker.ask(2, 1000)).toEqual({ ok: true, value: 4 });
    expect(started()).toBe(1);
  });

  it.each([
    [13, 'deadline'],
    [0, 'died'],
  ])('is replaced when it is asked %i (%s)', async (request, reason) => {
    const { spawn, alive, started } = workers();
    const worker = killable(spawn, 0);
    expect(await worker.ask(request, 20)).toEqual({ ok: false, reason });
    expect(alive.size).toBe(0);
    expect(await worker.ask(4, 1000)).toEqual({ ok: true, value: 8 });
    expect(started()).toBe(2);
  });

  it('ends with dispose', async () => {
    const { spawn, alive } = workers();
    const worker = killable(spawn, 0);
    await worker.ask(1, 1000);
    worker.dispose();
    expect(alive.size).toBe(0);
  });
});
