import { expect, it } from 'vitest';
import { cpuMs } from './cpuTime.fixture';
import { describeValue, InputError, oneLine } from './errors';

it('an InputError names field, value and what is allowed on one line', () => {
  const error = new InputError('optimizer.learningRate', -1, 'a number from 0 to 1');
  expect(error.message).toBe('optimizer.learningRate: -1 is not allowed; allowed: a number from 0 to 1');
  expect(error).toBeInstanceOf(Error);
});

it('describeValue writes JSON', () => {
  expect(describeValue({ a: [1, 'x', null, { b: true }], c: {} })).toBe('{"a":[1,"x",null,{"b":true}],"c":{}}');
  expect(describeValue(['a\tb'])).toBe(String.raw`["a\tb"]`);
});

it('describeValue keeps hostile values short and on one line', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  for (const value of ['a\nb', 'x'.repeat(5000), cyclic, NaN, undefined, Symbol('s'), () => 1]) {
    expect(describeValue(value).length).toBeLessThanOrEqual(80);
    expect(describeValue(value)).not.toContain('\n');
  }
});

it('describeValue survives any depth and costs nothing for any size', async () => {
  let deep: unknown = 0;
  for (let depth = 0; depth < 1e5; depth++) deep = [deep];
  const wide = Array.from({ length: 1e6 }, () => 'a long text '.repeat(4));
  const values = [deep, wide, { wide }, 'x'.repeat(1e8)];
  for (const value of values) expect(describeValue(value)).toMatch(/^.{20,77}\.\.\./);
  expect(await cpuMs(() => values.map(describeValue))).toBeLessThan(20);
});

it('an InputError quotes less than 200 characters of what was given, on one line', () => {
  const hostile = `a\n\u2028\u202e\u001b[31m${'Q'.repeat(200_000)}\r\nend`;
  const { message } = new InputError(hostile, hostile, 'something else');
  expect(message.length).toBeLessThan(200 + 'something else'.length + 40);
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(message).toContain('end: "a');
});

it('oneLine keeps short text and the ends of long text', () => {
  expect(oneLine('runs/a b.json', 20)).toBe('runs/a b.json');
  expect(oneLine(`begin ${'x'.repeat(100)} end`, 20)).toBe('begin xxx...xxxx end');
});
