import { describe, expect, it } from 'vitest';
import type { Plan } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import { planText, secondsLeftOf, statusProgress, statusText } from './statusText';

/** A quarter of the way: 10 s used, 30 s left. */
const status = { ...idleStatus(40), phase: 'rollout' as const, step: 10, secondsUsed: 10, secondsLeft: 30 };
const second: Plan = { before: 1, together: 1, total: 6 };
const inTurns: Plan = { before: 0, together: 4, total: 8 };

describe('several runs that were asked for together', () => {
  it('are all counted in the time left', () => {
    // 30 s of this one, and four more of 40 s.
    expect(secondsLeftOf(status, second)).toBe(30 + 4 * 40);
    // Four at the same place, and four more of 40 s.
    expect(secondsLeftOf(status, inTurns)).toBe(4 * 30 + 4 * 40);
    expect(statusText(status, second)).toBe('Rollout 11/40 · 3 min left in all');
    expect(planText(second)).toBe('Run 2 of 6 · ');
  });

  it('are all counted in the bar, which never goes back', () => {
    expect(statusProgress(status, second)).toBeCloseTo((1 + 0.25) / 6, 12);
    expect(statusProgress(status, inTurns)).toBeCloseTo((4 * 0.25) / 8, 12);
    const evaluating = { ...status, phase: 'evaluating' as const, done: 1, total: 64 };
    expect(statusProgress(evaluating, second)).toBeCloseTo((1 + 0.25) / 6, 12);
    expect(statusProgress({ ...idleStatus(40), phase: 'finished', step: 40 }, second)).toBeCloseTo(2 / 6, 12);
  });

  it('a run of its own stands for itself', () => {
    expect(secondsLeftOf(status, null)).toBe(30);
    expect(statusText(status)).toBe('Rollout 11/40 · 30 s left');
    expect(statusProgress(status)).toBe(0.25);
    expect(secondsLeftOf({ ...status, secondsLeft: null }, second)).toBeNull();
  });
});

it('tells how far a long phase is, and leaves short ones alone', () => {
  const long = { ...status, done: 1024, total: 8192, tokensPerSecond: 52, phaseSecondsLeft: 139 };
  expect(statusText(long)).toBe('Rollout 11/40 · 1.02 k of 8.19 k tokens, 2 min more · 52 tok/s · 30 s left');
  expect(statusText({ ...long, phase: 'updating', done: 1.5, total: 4, tokensPerSecond: 0, secondsLeft: null })).toBe(
    'Rollout 11/40 · training 38 %, 2 min more',
  );
  expect(statusText({ ...long, phaseSecondsLeft: 2 })).toBe('Rollout 11/40 · 52 tok/s · 30 s left');
});
