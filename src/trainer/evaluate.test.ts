import { describe, expect, it } from 'vitest';
import { passAtK } from '../lib/stats';
import {
  compareEvaluations,
  crossover,
  evaluate,
  heldOutProblems,
  passFan,
  type EvaluationRequest,
  type EvaluationResult,
} from './evaluate';
import { createTabularPolicy } from './tabularPolicy.fixture';
import { toyCodec, toyTask } from './toyRun.fixture';

const request: EvaluationRequest = { problems: 8, samples: 16, temperature: 1, seed: 3, maxNewTokens: 3 };
const run = (policy = createTabularPolicy(5, [0.5]), change: Partial<EvaluationRequest> = {}) =>
  evaluate({ policy, task: toyTask, codec: toyCodec }, { ...request, ...change });

async function result(change: Partial<EvaluationRequest> = {}): Promise<EvaluationResult> {
  const row = await run(undefined, change);
  if (row === null) throw new Error('aborted');
  return row;
}

describe('evaluate', () => {
  it('counts right answers per problem and averages pass@k over problems', async () => {
    const row = await result();
    expect(row.correct).toHaveLength(8);
    expect(row.passAtK.map(({ k }) => k)).toEqual([1, 2, 4, 8, 16]);
    row.passAtK.forEach(({ k, mean, low, high }) => {
      expect(mean).toBeCloseTo(row.correct.reduce((total, c) => total + passAtK(16, c, k), 0) / 8, 12);
      expect(low).toBeLessThanOrEqual(mean);
      expect(high).toBeGreaterThanOrEqual(mean);
    });
  });

  it('asks the same problems with the same draws every time, others under another seed', async () => {
    expect(await result()).toEqual(await result());
    expect(await result({ seed: 4 })).not.toEqual(await result());
  });

  it('takes all held-out problems where more are asked for', async () => {
    expect((await result({ problems: 99 })).problemIds).toHaveLength(toyTask.heldOut.length);
    expect(heldOutProblems(toyTask, 3, 1)).toHaveLength(3);
  });

  it('measures greedy accuracy, truncation and distinct right answers', async () => {
    // Always "aa" and an end would be right for B; here the answer never ends.
    const endless = await run(createTabularPolicy(5, [-50, 50]));
    expect(endless).toMatchObject({ greedyAccuracy: 0, truncatedShare: 1, distinctCorrect: 0 });
    const uniform = await result({ samples: 256 });
    expect(uniform.distinctCorrect).toBeGreaterThan(1.5);
    expect(uniform.entropyNats).toBeGreaterThan(1.4);
  });

  it('gives nothing once aborted', async () => {
    const world = { policy: createTabularPolicy(5), task: toyTask, codec: toyCodec };
    expect(await evaluate(world, request, { signal: AbortSignal.abort() })).toBeNull();
  });
});

describe('comparisons', () => {
  it('crossover is the smallest k at which the base is ahead', () => {
    const base = passFan([1, 8, 0, 4], 8, 1);
    const trained = passFan([0, 8, 0, 8], 8, 1);
    // Sums over problems: k = 1: 1.625 against 2; k = 2: 2.036 against 2.
    expect(crossover(base, trained)).toBe(2);
    expect(crossover(base, base)).toBeNull();
  });

  it('pairs two evaluations by problem', async () => {
    const row = await result();
    const better = { ...row, correct: row.correct.map((c) => Math.min(16, c + 2)) };
    const difference = compareEvaluations(better, row, 1);
    expect(difference?.[0]).toMatchObject({ k: 1, low: expect.closeTo(0.125, 6) as number });
    expect(compareEvaluations(row, { ...row, problemIds: ['x'] }, 1)).toBeNull();
  });
});
