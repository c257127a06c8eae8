/** Evaluation on held-out problems with the unbiased pass@k estimator (docs/algorithms.md). */
import type { Experiment } from '../experiment/types';
import { createRng, deriveSeed } from '../lib/rng';
import { bootstrapColumns, mean, pairedDifference, passAtK, passKs, type Interval } from '../lib/stats';
import type { Problem, Task } from '../tasks/parts/types';
import type { EvaluationRow, PassAtK } from '../records/metrics';
import { distinctCorrect, gradedRollouts, meanEntropy, type AnswerWorld, type GradedRollout } from './rollouts';

/** Sequences asked of the policy at once, so that progress shows and a stop is heard; part of what decides the draws. */
const sequencesPerChunk = 4096;

export interface EvaluationRequest {
  readonly problems: number;
  /** Samples per problem, n. */
  readonly samples: number;
  readonly temperature: number;
  readonly seed: number;
  readonly maxNewTokens: number;
}

export interface EvaluationWatch {
  /** Problems sampled, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export type EvaluationResult = Omit<EvaluationRow, 'step' | 'crossoverK'>;

/** The run's fixed held-out problems: a seeded choice, all of them where fewer are there. */
export function heldOutProblems(task: Task, count: number, seed: number): Problem[] {
  return createRng(seed, 'held-out')
    .shuffle([...task.heldOut])
    .slice(0, count);
}

export function evaluationRequest({ evaluation, sampling }: Experiment): EvaluationRequest {
  const { problems, samples, temperature, seed } = evaluation;
  return { problems, samples, temperature, seed, maxNewTokens: sampling.maxNewTokens };
}

/** Samples every held-out problem n times, and once greedily. The same request gives the same problems and draws at every
 * step of every run. Null when `signal` aborts it. */
export async function evaluate(
  world: AnswerWorld,
  request: EvaluationRequest,
  { onProgress, signal }: EvaluationWatch = {},
): Promise<EvaluationResult | null> {
  const { samples, temperature, seed, maxNewTokens } = request;
  const problems = heldOutProblems(world.task, request.problems, seed);
  const shared = { maxNewTokens, topK: 0, topP: 1, seed: deriveSeed(seed, 'evaluate') };
  const perChunk = Math.max(1, Math.floor(sequencesPerChunk / samples));
  const sampled: GradedRollout[] = [];
  for (let first = 0; first < problems.length; first += perChunk) {
    if (signal?.aborted === true) return null;
    const chunk = problems.slice(first, first + perChunk);
    const sampling = { ...shared, groupSize: samples, temperature, greedy: false, stream: first };
    sampled.push(...(await gradedRollouts(world, { problems: chunk, sampling, firstGroup: first })));
    onProgress?.(Math.min(first + perChunk, problems.length), problems.length);
  }
  if (signal?.aborted === true) return null;
  // Greedy decoding draws nothing; its stream is never used.
  const sampling = { ...shared, groupSize: 1, temperature, greedy: true, stream: 0 };
  const greedy = await gradedRollouts(world, { problems, sampling });
  const correct = problems.map(() => 0);
  for (const { group, grade } of sampled) correct[group] = (correct[group] ?? 0) + grade.reward;
  return {
    samples,
    temperature,
    problemIds: problems.map(({ id }) => id),
    correct,
    passAtK: passFan(correct, samples, seed),
    greedyAccuracy: mean(greedy.map(({ grade }) => grade.reward)),
    entropyNats: meanEntropy(sampled),
    distinctCorrect: distinctCorrect(sampled),
    truncatedShare: mean(sampled.map(({ truncated }) => (truncated ? 1 : 0))),
  };
}

/** pass@k for k = 1, 2, 4, ..., n: means over problems, never pooled, with bootstrap bands over problems. */
export function passFan(correct: readonly number[], samples: number, seed: number): PassAtK[] {
  const ks = passKs(samples);
  const intervals = bootstrapColumns(
    correct.map((c) => ks.map((k) => passAtK(samples, c, k))),
    seed,
  );
  return ks.map((k, index) => ({ k, ...(intervals[index] ?? { mean: 0, low: 0, high: 0 }) }));
}

/** Smallest k at which `base` is above `trained`; null where it never is. */
export function crossover(base: readonly PassAtK[], trained: readonly PassAtK[]): number | null {
  const crossed = trained.find(({ k, mean: value }) => base.some((point) => point.k === k && point.mean > value));
  return crossed?.k ?? null;
}

/** pass@k of `a` minus that of `b` over the same problems in the same order, k by k, with 95 % intervals; null where the
 * two did not see the same problems. Sample counts may differ: only k that both have are compared. */
export function compareEvaluations(
  a: EvaluationResult,
  b: EvaluationResult,
  seed: number,
): ({ readonly k: number } & Interval)[] | null {
  const same =
    a.problemIds.length === b.problemIds.length && a.problemIds.every((id, index) => id === b.problemIds[index]);
  if (!same) return null;
  const ks = passKs(a.samples).filter((k) => passKs(b.samples).includes(k));
  const at = (row: EvaluationResult, k: number) => row.correct.map((c) => passAtK(row.samples, c, k));
  return ks.map((k) => ({ k, ...pairedDifference(at(a, k), at(b, k), seed) }));
}
