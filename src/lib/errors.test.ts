import { expect, it } from 'vitest';
import { describeValue, InputError } from './errors';

it('an InputError names field, value and what is allowed on one line', () => {
  const error = new InputError('optimizer.learningRate', -1, 'a number from 0 to 1');
  expect(error.message).toBe('optimizer.learningRate: -1 is not allowed; allowed: a number from 0 to 1');
  expect(error).toBeInstanceOf(Error);
});

it('describeValue keeps hostile values short and on one line', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  for (const value of ['a\nb', 'x'.repeat(5000), cyclic, NaN, undefined, Symbol('s'), () => 1]) {
    expect(describeValue(value).length).toBeLessThanOrEqual(80);
    expect(describeValue(value)).not.toContain('\n');
  }
});
