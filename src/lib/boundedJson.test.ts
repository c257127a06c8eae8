import { expect, it } from 'vitest';
import { cpuMs } from './cpuTime.fixture';
import { parseBoundedJson } from './boundedJson';

const limits = { characters: 1000, depth: 3, keys: 4, items: 5, string: 10 };
const read = (text: string) => parseBoundedJson(text, limits);

it('gives what is within the limits', () => {
  for (const value of [{ a: [[1]] }, [1, 2, 3, 4, 5], 'ten letter', null, '"[[[[']) {
    expect(read(JSON.stringify(value))).toEqual({ ok: true, value });
  }
});

it.each([
  ['{', 'syntax'],
  ['', 'syntax'],
  [']]]', 'syntax'],
  [' '.repeat(1001), 'it is longer than 1000 characters'],
  ['[[[[1]]]]', 'it is nested too deeply'],
  ['{"a":1,"b":1,"c":1,"d":{"e":1}}', 'it has too many keys'],
  ['[[1,2],[3,4]]', 'its lists are too long'],
  ['"eleven letters"', 'a text in it is too long'],
  ['[1e999]', 'a number in it is not finite'],
  ['{"__proto__":1}', 'it has a forbidden key'],
])('refuses %s', (text, reason) => {
  const result = read(text);
  expect(result.ok ? '' : [result.reason.kind, result.reason.message]).toContain(reason);
});

it('takes any key where keys are data', () => {
  const result = parseBoundedJson('{"__proto__":1}', limits, { plainKeys: false });
  expect(result.ok && Object.entries(result.value as object)).toEqual([['__proto__', 1]]);
});

it('refuses a million brackets at once', async () => {
  const read = () => parseBoundedJson('['.repeat(1e6) + ']'.repeat(1e6), { ...limits, characters: 1e7 });
  expect(read().ok).toBe(false);
  expect(await cpuMs(read)).toBeLessThan(20);
});
