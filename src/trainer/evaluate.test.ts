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

const request: EvaluationRequest = {
  method: 'sampled',
  problems: 8,
  samples: 16,
  temperature: 1,
  seed: 3,
  maxNewTokens: 3,
};
const run = (policy = createTabularPolicy(5, [0.5]), change: Partial<EvaluationRequest> = {}) =>
  evaluate({ policy, task: toyTask, codec: toyCodec }, { ...request, ...change });

type Sampled = Extract<EvaluationResult, { readonly correct: unknown }>;
type Exact = Exclude<EvaluationResult, Sampled>;

async function result(change: Partial<EvaluationRequest> = {}): Promise<Sampled> {
  const row = await run(undefined, change);
  if (row === null || !('correct' in row)) throw new Error('not sampled');
  return row;
}

async function exact(change: Partial<EvaluationRequest> = {}): Promise<Exact> {
  const row = await run(undefined, { method: 'exact', ...change });
  if (row === null || 'correct' in row) throw new Error('not exact');
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

describe('exact evaluation', () => {
  it('has pass@k for k up to 4096 from the probabilities that its row keeps', async () => {
    const row = await exact();
    expect(row.rightProbability).toHaveLength(8);
    expect(row.passAtK.map(({ k }) => k)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]);
    for (const { k, mean, low, high } of row.passAtK) {
      const pass = row.rightProbability.map((p) => 1 - (1 - p) ** k);
      expect(mean).toBeCloseTo(pass.reduce((total, value) => total + value, 0) / 8, 9);
      expect(low).toBeLessThanOrEqual(mean + 1e-12);
      expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
    }
  });

  it('agrees with sampling within its error, distinct answers and pass@16 included', async () => {
    const [sum, sampled] = [await exact({ samples: 512 }), await result({ samples: 512 })];
    for (const k of [1, 16]) {
      const [a, b] = [sum, sampled].map((row) => row.passAtK.find((point) => point.k === k)?.mean ?? NaN);
      expect(Math.abs((a ?? NaN) - (b ?? NaN))).toBeLessThan(0.05);
    }
    expect(sum.distinctCorrect).toBeCloseTo(sampled.distinctCorrect, 0);
    expect(sum.effectiveSolutions).toBeGreaterThan(1.5);
    expect(sum.greedyAccuracy).toBe(sampled.greedyAccuracy);
  });

  it('says what it sampled, and the shares of wrong and malformed answers among that', async () => {
    const { sampled, samples } = await exact({ samples: 64 });
    expect([sampled.problems, sampled.samples, samples]).toEqual([8, 8, 64]);
    expect(sampled.wrongShare).toBeGreaterThan(0);
    expect(sampled.malformedShare).toBeGreaterThan(0);
    expect(sampled.wrongShare + sampled.malformedShare).toBeLessThanOrEqual(1);
  });

  it('is the same every time, and nothing once aborted', async () => {
    expect(await exact()).toEqual(await exact());
    const world = { policy: createTabularPolicy(5), task: toyTask, codec: toyCodec };
    expect(await evaluate(world, { ...request, method: 'exact' }, { signal: AbortSignal.abort() })).toBeNull();
  });

  it('samples where the task lists no right answers', async () => {
    const { rightAnswers: _, ...task } = toyTask;
    const world = { policy: createTabularPolicy(5, [0.5]), task, codec: toyCodec };
    expect(await evaluate(world, { ...request, method: 'exact' })).toEqual(await result());
  });
});

describe('comparisons', () => {
  it('crossover is the smallest k at which the base is ahead', () => {
    const base = passFan({ samples: 8, correct: [1, 8, 0, 4] }, 1);
    const trained = passFan({ samples: 8, correct: [0, 8, 0, 8] }, 1);
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

  it('pairs an exact evaluation with a sampled one at the k that both have', async () => {
    const [a, b] = [await exact(), await result()];
    const difference = compareEvaluations(a, b, 1);
    expect(difference?.map(({ k }) => k)).toEqual([1, 2, 4, 8, 16]);
    expect(difference?.[0]?.mean).toBeCloseTo((a.passAtK[0]?.mean ?? NaN) - (b.passAtK[0]?.mean ?? NaN), 9);
  });
});
