import { expect, it } from 'vitest';
import { gradientAnatomy } from './tokenAnatomy';

it('the log form pushes by A (1 − π), the probability form by one more factor π', () => {
  const [log, probability] = gradientAnatomy({ logp: Math.log(0.25), advantage: -2 });
  expect(log).toMatchObject({ form: 'log', own: -1.5 });
  expect(probability?.form).toBe('probability');
  expect(probability?.own).toBeCloseTo(-0.375, 12);
});
