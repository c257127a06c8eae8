import { expect, it } from 'vitest';
import { KvPages, pageTokens, worstSlots } from './kvPages';

const pagesOf = ({ table, pagesEach }: KvPages, sequence: number, count: number) => [
  ...table.subarray(sequence * pagesEach, sequence * pagesEach + count),
];

it('sequences take pages behind the prompts as they grow, and keep those they have', () => {
  const pages = new KvPages(pageTokens + 1, 2, 3 * pageTokens);
  expect(pages.slots).toBe(2 * pageTokens);
  pages.extend([0, 1], pageTokens);
  pages.extend([0, 1], pageTokens);
  expect([pagesOf(pages, 0, 1), pagesOf(pages, 1, 1)]).toEqual([[2], [3]]);
  pages.extend([1], pageTokens + 1);
  expect(pagesOf(pages, 1, 2)).toEqual([3, 4]);
  expect(pages.slots).toBe(5 * pageTokens);
});

it('pages of a finished sequence are taken again before the cache must grow, each once', () => {
  const pages = new KvPages(0, 3, 4 * pageTokens);
  pages.extend([0, 1, 2], pageTokens);
  pages.release(1);
  pages.release(1);
  pages.extend([0], 2 * pageTokens);
  expect(pages.slots).toBe(3 * pageTokens);
  expect(pagesOf(pages, 0, 2)).toEqual([0, 1]);
  pages.extend([2], 2 * pageTokens);
  expect(pages.slots).toBe(4 * pageTokens);
});

it('no more slots than the worst case, and those when every sequence runs to its end', () => {
  const pages = new KvPages(5, 7, 100);
  for (let tokens = 1; tokens <= 100; tokens++) pages.extend([0, 1, 2, 3, 4, 5, 6], tokens);
  expect(pages.slots).toBe(worstSlots(5, 7, 100));
});
