import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Event } from '../protocol';
import { createFrames } from './frames';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const rowAt = (step: number, learningRate: number) => ({ step, tokens: 0, seconds: 0, learningRate });

it('a run that goes back within one frame sends each step once, as it was made last', () => {
  const sent: Event[] = [];
  const frames = createFrames('run', (event) => sent.push(event));
  const latest = () => ({ samples: [], histogram: { wrong: [], right: [], penaltyMass: [] } });
  for (const step of [0, 1, 2]) frames.row(rowAt(step, 0.5), [], latest);
  for (const step of [1, 2, 3]) frames.row(rowAt(step, 0.25), [], latest);
  frames.flush();
  const rows = sent.flatMap((event) => (event.type === 'frame' ? event.rows : []));
  expect(rows.map((row) => [row.step, row['learningRate']])).toEqual([
    [0, 0.5],
    [1, 0.25],
    [2, 0.25],
    [3, 0.25],
  ]);
});
