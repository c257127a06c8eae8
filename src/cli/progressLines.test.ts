import { expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import type { Progress } from '../trainer/progress';
import { createProgressLines } from './progressLines';

const within: Progress = {
  phase: 'rollout', step: 0, totalSteps: 3, done: 1024, total: 8192, tokensPerSecond: 51.6, phaseRemainingMs: 139_000, remainingMs: null,
}; // prettier-ignore

it('tells every ten seconds where a long phase stands, and nothing of short ones', () => {
  let now = 0;
  const lineOf = createProgressLines(defaultExperiment, () => now);
  const line = (changes: Partial<Progress> = {}) => lineOf({ type: 'progress', progress: { ...within, ...changes } });
  now = 9_000;
  expect(line()).toBeNull();
  now = 10_000;
  expect(line()).toBe('  rollout 1024 of 8192 tokens  52 tokens/s  2 min 19 s left of it');
  now = 12_000;
  expect(line()).toBeNull();
  now = 20_000;
  expect(line({ phase: 'update', done: 1.5, total: 4, phaseRemainingMs: 30_000 })).toBe(
    '  update 37 %  30 s left of it',
  );
  now = 40_000;
  expect(line({ phaseRemainingMs: null })).toBeNull();
  expect(line({ done: 8192 })).toBeNull();
});
