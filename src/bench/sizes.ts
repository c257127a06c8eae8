/** Shapes of real models, with random weights, as `nsr bench --profile size` trains them, and what it measures on them. */
import { adapterTargets, type AdapterConfig } from '../model/adapter/adapterConfig';
import type { ModelConfig } from '../model/config';

export const sizeWorks = ['prefill', 'decode', 'train', 'rl-step'] as const;
export type SizeWork = (typeof sizeWorks)[number];

export interface SizeOptions {
  readonly works: readonly SizeWork[];
  /** All weights train, in float32; else an adapter beside weights in bfloat16. */
  readonly full: boolean;
  /** What activations of a micro-batch may take; the engine's own choice where it is left out. */
  readonly activationBytes?: number;
  /** One repetition more of each work, with the time of each kernel. */
  readonly kernels: boolean;
}

export interface SizeCase {
  readonly name: string;
  readonly config: ModelConfig;
  readonly adapter: AdapterConfig;
  /** Of prefill, and of training rows. */
  readonly tokens: number;
  /** Sequences that are sampled at once, one figure each, and tokens of each. */
  readonly decode: readonly number[];
  readonly decodedTokens: number;
  /** The RL step: prompts, answers of each, tokens of a prompt and of an answer. */
  readonly step: {
    readonly prompts: number;
    readonly groupSize: number;
    readonly promptTokens: number;
    readonly newTokens: number;
  };
}

const common = {
  rmsNormEps: 1e-6, tiedEmbeddings: true, qkNorm: false, maxPositions: 2048, bosTokenId: null, eosTokenIds: [], padTokenId: null,
} as const; // prettier-ignore

/** Hugging Face's config.json of HuggingFaceTB/SmolLM2-135M and Qwen/Qwen2.5-0.5B; no token ends a sequence, so that every round does
 * the same work. */
const smolLm2: ModelConfig = {
  ...common, architecture: 'llama', hiddenSize: 576, layers: 30, heads: 9, kvHeads: 3, headDim: 64, intermediateSize: 1536,
  vocabularySize: 49_152, ropeTheta: 1e5, qkvBias: false,
}; // prettier-ignore
const qwen25: ModelConfig = {
  ...common, architecture: 'qwen2', hiddenSize: 896, layers: 24, heads: 14, kvHeads: 2, headDim: 64, intermediateSize: 4864,
  vocabularySize: 151_936, ropeTheta: 1e6, qkvBias: true,
}; // prettier-ignore

const adapter: AdapterConfig = { rank: 16, alpha: 32, targets: adapterTargets, rankStabilised: false };
const work = {
  adapter,
  tokens: 256,
  decode: [1, 16, 64],
  decodedTokens: 16,
  step: { prompts: 4, groupSize: 4, promptTokens: 32, newTokens: 32 },
} as const;

export const sizeCases = {
  'SmolLM2-135M': { name: 'SmolLM2-135M', config: smolLm2, ...work },
  'Qwen2.5-0.5B': { name: 'Qwen2.5-0.5B', config: qwen25, ...work },
} as const satisfies Record<string, SizeCase>;

export type SizeName = keyof typeof sizeCases;
export const sizeNames = Object.keys(sizeCases) as readonly SizeName[];

/** Floating-point operations of one token that sees `context` others, forward, without adapter and head; and of the head alone. */
export function tokenFlops(config: ModelConfig, context: number): { readonly layers: number; readonly head: number } {
  const { hiddenSize: d, layers, heads, kvHeads, headDim, intermediateSize, vocabularySize } = config;
  const maps = d * headDim * (2 * heads + 2 * kvHeads) + 3 * d * intermediateSize;
  return { layers: layers * (2 * maps + 4 * heads * headDim * context), head: 2 * d * vocabularySize };
}
