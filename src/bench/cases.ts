/** The sizes that `nsr bench` measures. */
import type { ModelConfig } from '../model/config';
import type { GemmShape } from './gemmJob';
import { sizeCases, sizeWorks, type SizeCase, type SizeOptions } from './sizes';

export interface BenchCase {
  readonly name: string;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Training: rows of `length` predicted tokens, `batch` of them. */
  readonly length: number;
  readonly batch: number;
  /** Rollout and RL step: prompts of `promptTokens`, `groupSize` samples each of `newTokens`. */
  readonly prompts: number;
  readonly groupSize: number;
  readonly promptTokens: number;
  readonly newTokens: number;
}

const sampled = { promptTokens: 12, newTokens: 16, groupSize: 8 };

const small: readonly BenchCase[] = [
  { name: '215k', width: 64, layers: 4, heads: 4, feedForward: 192, vocabulary: 24, length: 32, batch: 64, prompts: 8, ...sampled },
  { name: '861k', width: 128, layers: 4, heads: 4, feedForward: 384, vocabulary: 64, length: 64, batch: 16, prompts: 8, ...sampled },
]; // prettier-ignore

const large: readonly BenchCase[] = [
  { name: '4.75M', width: 256, layers: 6, heads: 4, feedForward: 688, vocabulary: 24, length: 128, batch: 4, prompts: 8, ...sampled },
  { name: '10.65M', width: 384, layers: 6, heads: 6, feedForward: 1024, vocabulary: 65, length: 256, batch: 2, prompts: 8, ...sampled },
]; // prettier-ignore

export interface BenchPlan {
  readonly gemm: readonly GemmShape[];
  readonly cases: readonly BenchCase[];
  /** Shapes of real models. */
  readonly sizes?: SizePlan;
  /** Rounds per figure, and milliseconds that a round lasts at least. */
  readonly rounds: number;
  readonly leastMs: number;
}

export interface SizePlan extends SizeOptions {
  readonly cases: readonly SizeCase[];
}

const shapes: readonly GemmShape[] = [
  { M: 2048, K: 128, N: 128 },
  { M: 2048, K: 128, N: 384 },
  { M: 512, K: 512, N: 512 },
  { M: 1024, K: 1024, N: 1024 },
];

export const benchProfiles = {
  short: { gemm: shapes, cases: small, rounds: 3, leastMs: 100 },
  size: {
    gemm: [],
    cases: [],
    sizes: { cases: Object.values(sizeCases), works: sizeWorks, full: false, kernels: false },
    rounds: 3,
    leastMs: 0,
  },
  full: { gemm: shapes, cases: [...small, ...large], rounds: 7, leastMs: 200 },
} as const satisfies Record<string, BenchPlan>;

/** A Llama of the case's shape with a tied head; no token ends a sequence, so that every round does the same work. */
export function configOf(bench: BenchCase): ModelConfig {
  return {
    architecture: 'llama',
    hiddenSize: bench.width,
    layers: bench.layers,
    heads: bench.heads,
    kvHeads: bench.heads,
    headDim: bench.width / bench.heads,
    intermediateSize: bench.feedForward,
    vocabularySize: bench.vocabulary,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: true,
    qkvBias: false,
    qkNorm: false,
    maxPositions: Math.max(bench.length, bench.promptTokens + bench.newTokens),
    bosTokenId: null,
    eosTokenIds: [],
    padTokenId: null,
  };
}

/** Floating-point operations of the matrix products and the attention for one token that sees `context` others;
 * training takes three times as many (backward counts twice). Norms, activations and the embedding are left out. */
export function forwardFlops(bench: BenchCase, context: number): number {
  const { width, layers, feedForward, vocabulary } = bench;
  const layer = 4 * width ** 2 + 3 * width * feedForward;
  return 2 * (layers * layer + width * vocabulary) + 4 * layers * width * context;
}
