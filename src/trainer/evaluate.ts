/** Evaluation on held-out problems: exact where right answers can be listed, else with the unbiased pass@k estimator (docs/algorithms.md). */
import type { Experiment } from '../experiment/types';
import { createRng, deriveSeed } from '../lib/rng';
import { bootstrapColumns, mean, pairedDifference, type Interval } from '../lib/stats';
import type { Problem, Task } from '../tasks/parts/types';
import type { ExactEvaluation, PassAtK, SampledEvaluation } from '../records/metrics';
import { fanKs, problemPass, type ProblemResults } from '../records/problemPass';
import { AbandonedError, noBreakpoint } from './breakpoint';
import { answerProbabilities, summarize, type EvaluationWatch } from './exact/answerProbabilities';
import { listRightSequences, type ListedProblem } from './exact/rightSequences';
import { distinctCorrect, gradedRollouts, meanEntropy, type AnswerWorld, type GradedRollout } from './rollouts';

/** Sequences asked of the policy at once, so that progress shows and a stop is heard; part of what decides the draws. */
const sequencesPerChunk = 4096;

/** Problems and answers of each that an exact evaluation samples for what has no sum: greedy accuracy, entropy, shares. Where the sum
 * cannot be made either, so many problems are sampled `samples` times: all of them might cost ten times what was asked for. */
const sampledBeside = { problems: 96, samples: 8 };

export interface EvaluationRequest {
  readonly method: Experiment['evaluation']['method'];
  readonly problems: number;
  /** Samples per problem, n. */
  readonly samples: number;
  readonly temperature: number;
  /** Left out or 1: off; below it, right answers' probabilities are no sum any more, and the evaluation samples. */
  readonly topP?: number;
  readonly seed: number;
  readonly maxNewTokens: number;
}

type Result<Row> = Omit<Row, 'step' | 'crossoverK'>;
export type EvaluationResult = Result<SampledEvaluation> | Result<ExactEvaluation>;

/** The run's fixed held-out problems: a seeded choice, all of them where fewer are there. */
export function heldOutProblems(task: Task, count: number, seed: number): Problem[] {
  return createRng(seed, 'held-out')
    .shuffle([...task.heldOut])
    .slice(0, count);
}

export function evaluationRequest({ evaluation, sampling }: Experiment): EvaluationRequest {
  const { method, problems, samples, temperature, topP, seed } = evaluation;
  return { method, problems, samples, temperature, topP, seed, maxNewTokens: sampling.maxNewTokens };
}

/** The same request gives the same problems and draws at every step of every run. Null when `signal` or the breakpoint ends it. */
export async function evaluate(
  world: AnswerWorld,
  request: EvaluationRequest,
  watch: EvaluationWatch = {},
): Promise<EvaluationResult | null> {
  try {
    return await evaluateBy(world, request, watch);
  } catch (error) {
    if (error instanceof AbandonedError) return null;
    throw error;
  }
}

async function evaluateBy(
  world: AnswerWorld,
  request: EvaluationRequest,
  watch: EvaluationWatch,
): Promise<EvaluationResult | null> {
  const problems = heldOutProblems(world.task, request.problems, request.seed);
  if (request.method === 'sampled' || (request.topP ?? 1) < 1) return evaluateSampled(world, problems, request, watch);
  const { policy, task, codec } = world;
  const { vocabularySize, eosTokenId } = policy;
  const space = { vocabularySize, eosTokenId, maxNewTokens: request.maxNewTokens };
  const listed = listRightSequences(task, codec, problems, space);
  if (!listed.ok) return evaluateSampled(world, problems.slice(0, sampledBeside.problems), request, watch);
  return evaluateExact(world, listed.value, request, watch);
}

/** Samples every problem n times, and once greedily. */
async function evaluateSampled(
  world: AnswerWorld,
  problems: readonly Problem[],
  request: EvaluationRequest,
  watch: EvaluationWatch,
): Promise<Result<SampledEvaluation> | null> {
  const { samples, temperature, seed } = request;
  const drawn = await drawAnswers(world, problems, request, watch);
  if (drawn === null) return null;
  const correct = problems.map(() => 0);
  for (const { group, grade } of drawn.sampled) correct[group] = (correct[group] ?? 0) + grade.reward;
  return {
    samples,
    temperature,
    problemIds: problems.map(({ id }) => id),
    correct,
    passAtK: passFan({ samples, correct }, seed),
    greedyAccuracy: mean(drawn.greedy.map(({ grade }) => grade.reward)),
    entropyNats: meanEntropy(drawn.sampled),
    distinctCorrect: distinctCorrect(drawn.sampled),
    truncatedShare: mean(drawn.sampled.map(({ truncated }) => (truncated ? 1 : 0))),
  };
}

/** Scores every right answer of every problem, and samples a few of them for the rest. */
async function evaluateExact(
  world: AnswerWorld,
  listed: readonly ListedProblem[],
  request: EvaluationRequest,
  watch: EvaluationWatch,
): Promise<Result<ExactEvaluation> | null> {
  const { samples, temperature, seed } = request;
  const answers = await answerProbabilities(world.policy, listed, temperature, watch);
  if (answers === null) return null;
  const few = listed.slice(0, sampledBeside.problems).map(({ problem }) => problem);
  const beside = { ...request, samples: Math.min(samples, sampledBeside.samples) };
  const { onProgress: _, ...quietly } = watch;
  const drawn = await drawAnswers(world, few, beside, quietly);
  if (drawn === null) return null;
  const { rightProbability, effectiveSolutions, distinctCorrect } = summarize(answers, samples);
  const { sampled, greedy } = drawn;
  const shareOf = (counts: (rollout: GradedRollout) => boolean) => mean(sampled.map((one) => (counts(one) ? 1 : 0)));
  return {
    samples,
    temperature,
    problemIds: listed.map(({ problem }) => problem.id),
    rightProbability,
    passAtK: passFan({ samples, rightProbability }, seed),
    effectiveSolutions,
    greedyAccuracy: mean(greedy.map(({ grade }) => grade.reward)),
    entropyNats: meanEntropy(sampled),
    distinctCorrect,
    truncatedShare: shareOf(({ truncated }) => truncated),
    sampled: {
      problems: few.length,
      samples: beside.samples,
      wrongShare: shareOf(({ grade }) => grade.reward === 0 && grade.wellFormed),
      malformedShare: shareOf(({ grade }) => !grade.wellFormed),
    },
  };
}

/** Answers of every problem, `samples` sampled and one greedy. Null when aborted. */
async function drawAnswers(
  world: AnswerWorld,
  problems: readonly Problem[],
  { samples, temperature, topP = 1, seed, maxNewTokens }: EvaluationRequest,
  { onProgress, signal, breakpoint = noBreakpoint }: EvaluationWatch,
): Promise<{ readonly sampled: readonly GradedRollout[]; readonly greedy: readonly GradedRollout[] } | null> {
  const shared = { maxNewTokens, topK: 0, topP, seed: deriveSeed(seed, 'evaluate') };
  const perChunk = Math.max(1, Math.floor(sequencesPerChunk / samples));
  const sampled: GradedRollout[] = [];
  for (let first = 0; first < problems.length; first += perChunk) {
    if (signal?.aborted === true) return null;
    const chunk = problems.slice(first, first + perChunk);
    const sampling = { ...shared, groupSize: samples, temperature, greedy: false, stream: first };
    const request = { problems: chunk, sampling, firstGroup: first, onToken: breakpoint };
    sampled.push(...(await gradedRollouts(world, request)));
    onProgress?.(Math.min(first + perChunk, problems.length), problems.length);
  }
  if (signal?.aborted === true) return null;
  // Greedy decoding draws nothing; its stream is never used.
  const sampling = { ...shared, groupSize: 1, temperature, greedy: true, stream: 0 };
  return { sampled, greedy: await gradedRollouts(world, { problems, sampling, onToken: breakpoint }) };
}

/** pass@k for k = 1, 2, 4, ...: means over problems, never pooled, with bootstrap bands over problems. */
export function passFan(results: ProblemResults, seed: number): PassAtK[] {
  const ks = fanKs(results);
  const columns = ks.map((k) => problemPass(results, k) ?? []);
  const intervals = bootstrapColumns(
    (columns[0] ?? []).map((_, problem) => columns.map((column) => column[problem] ?? 0)),
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
 * two did not see the same problems. One may be exact and the other sampled, or sample counts differ: only k that both have are compared. */
export function compareEvaluations(
  a: EvaluationResult,
  b: EvaluationResult,
  seed: number,
): ({ readonly k: number } & Interval)[] | null {
  const same =
    a.problemIds.length === b.problemIds.length && a.problemIds.every((id, index) => id === b.problemIds[index]);
  if (!same) return null;
  return fanKs(a).flatMap((k) => {
    if (!fanKs(b).includes(k)) return [];
    const [ofA, ofB] = [problemPass(a, k), problemPass(b, k)];
    return ofA === null || ofB === null ? [] : [{ k, ...pairedDifference(ofA, ofB, seed) }];
  });
}
