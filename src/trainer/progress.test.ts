import { expect, it } from 'vitest';
import { createPhasePace } from './progress';

it('tells the pace within a phase after its first second, by what that phase has done', () => {
  let now = 0;
  const pace = createPhasePace(() => now);
  const silent = { tokensPerSecond: null, phaseRemainingMs: null };
  expect(pace({ phase: 'rollout', done: 100, total: 1000, sampled: 90 })).toEqual(silent);
  now = 900;
  expect(pace({ phase: 'rollout', done: 200, total: 1000, sampled: 180 })).toEqual(silent);
  now = 2000;
  expect(pace({ phase: 'rollout', done: 300, total: 1000, sampled: 240 })).toEqual({
    tokensPerSecond: 120,
    phaseRemainingMs: 7000,
  });
  // another phase, and a second rollout of the same step
  expect(pace({ phase: 'update', done: 0, total: 4 })).toEqual(silent);
  now = 4000;
  expect(pace({ phase: 'update', done: 0.5, total: 4 })).toEqual({ tokensPerSecond: null, phaseRemainingMs: 14_000 });
  now = 6000;
  expect(pace({ phase: 'update', done: 0.25, total: 4 })).toEqual(silent);
});
