import { describe, expect, it } from 'vitest';
import { holdPageLock } from './pageLock';

/** One lock as the browser gives it: in line, only when it is free, or by force. */
function createLocks() {
  const line: { take(): Promise<unknown>; fail(error: unknown): void }[] = [];
  const next = (): void => void line[0]?.take();
  function request(_name: string, ...rest: unknown[]): Promise<unknown> {
    const callback = rest.at(-1) as (lock: object | null) => unknown;
    const options = (rest.length > 1 ? rest[0] : {}) as LockOptions;
    if (options.ifAvailable && line.length > 0) return Promise.resolve(callback(null));
    return new Promise((resolve, reject) => {
      const entry = {
        fail: reject,
        take: () => Promise.resolve(callback({})).then(resolve, reject),
      };
      if (options.steal) line.splice(0, 1, entry)[0]?.fail(new DOMException('stolen', 'AbortError'));
      else line.push(entry);
      if (line[0] === entry) next();
    });
  }
  const release = (): void => {
    line.shift();
    next();
  };
  return { locks: { request } as unknown as LockManager, release, request };
}

function open(locks: LockManager | undefined): string[] {
  const heard: string[] = [];
  holdPageLock(locks, {
    held: () => heard.push('held'),
    other: ({ message }) => heard.push(message),
    stolen: ({ message }) => heard.push(message),
  });
  return heard;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the lock of the page that trains', () => {
  it('goes to the second tab when the first is closed', async () => {
    const { locks, release } = createLocks();
    const [first, second] = [open(locks), open(locks)];
    await settled();
    expect(first).toEqual(['held']);
    expect(second).toEqual(['Another tab of the playground is open: it trains, this one only shows']);
    release();
    expect(second.at(-1)).toBe('held');
  });

  it('taken by force is told, and waited for', async () => {
    const { locks, request, release } = createLocks();
    const first = open(locks);
    void request('', { steal: true }, () => new Promise(() => undefined));
    await settled();
    expect(first).toEqual(['held', 'Another tab has taken over the training: this one has stopped and only shows']);
    release();
    await settled();
    expect(first.at(-1)).toBe('held');
  });

  it('is not needed where the browser has none', () => {
    expect(open(undefined)).toEqual(['held']);
  });
});
