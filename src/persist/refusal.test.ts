import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRunFolders } from './runFolders';
import { createRunIndex } from './runIndex';
import { ANSWER_MS, NoAnswerError, patiently, refusalOf } from './refusal';

const never = (): Promise<never> => new Promise(() => undefined);
const noFolders = createRunFolders(() => Promise.reject(new DOMException('no', 'SecurityError')));
const record = { id: 'a', savedAt: 1, run: {} };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('storage that does not answer', () => {
  it('is waited for once, then taken for refused until it answers', async () => {
    let answer: (value: string) => void = () => undefined;
    let asked = 0;
    const ask = patiently(() => {
      asked += 1;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    });
    const first = ask();
    const refused = expect(first).rejects.toBeInstanceOf(NoAnswerError);
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    await refused;
    await expect(ask()).rejects.toBeInstanceOf(NoAnswerError);
    expect(asked).toBe(1);
    answer('late');
    await vi.advanceTimersByTimeAsync(0);
    const next = ask();
    answer('here');
    expect(await next).toBe('here');
  });

  it('keeps neither the list of runs nor their folders waiting', async () => {
    const factory = { open: () => ({}) } as unknown as IDBFactory;
    const index = createRunIndex(() => factory, noFolders);
    const [list, put, folders] = [index.list(), index.put(record), createRunFolders(never).list()];
    const refused = expect(folders).rejects.toBeInstanceOf(NoAnswerError);
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    await refused;
    expect(await list).toBeNull();
    expect(await put).toBe("the browser's storage does not answer");
  });
});

describe('storage that refuses', () => {
  it.each([
    ['is not there', () => undefined, 'this browser window has no IndexedDB'],
    [
      'throws when it is looked at',
      () => {
        throw new DOMException('denied', 'SecurityError');
      },
      'this browser window refuses storage',
    ],
    [
      'is of a newer version',
      () => failing(new DOMException('higher', 'VersionError')),
      'a newer version of this page has stored its runs here; reload to get it',
    ],
  ])('says why where IndexedDB %s', async (_words, factory: () => IDBFactory | undefined, why) => {
    const index = createRunIndex(factory, noFolders);
    expect(await index.put(record)).toBe(why);
    expect(await index.annotate('a', 'note')).toBe(why);
    expect(await index.list()).toBeNull();
    await index.remove('a');
    await index.sweep();
  });

  it.each([
    ['QuotaExceededError', "the browser's storage is full"],
    ['InvalidStateError', 'this browser window refuses storage'],
    ['AbortError', 'words of its own'],
  ])('%s in words', (name, words) => {
    expect(refusalOf(new DOMException('words of its own', name))).toBe(words);
  });
});

/** A factory whose request to open fails. */
function failing(error: DOMException): IDBFactory {
  const open = (): object => {
    const request: { error: DOMException; onerror?: () => void } = { error };
    queueMicrotask(() => request.onerror?.());
    return request;
  };
  return { open } as unknown as IDBFactory;
}
