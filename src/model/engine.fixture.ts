/** Small models of the three architectures, batches and options for the engine's tests. */
import { at } from '../lib/invariant';
import { createRng } from '../lib/rng';
import type { ModelConfig } from './config';
import { bfloat16ToFloat32 } from './halfFloat';
import { elementCount, expectedParameters } from './parameters';
import type { NamedWeights } from './weights/tensorImage';
import type { OptimizerOptions, RolloutRequest, SampledSequence } from './policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';

const llama: ModelConfig = {
  architecture: 'llama',
  hiddenSize: 10, // padded to 12 on the GPU
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headDim: 6,
  intermediateSize: 14,
  vocabularySize: 11,
  rmsNormEps: 1e-5,
  ropeTheta: 1e3,
  tiedEmbeddings: true,
  qkvBias: false,
  qkNorm: false,
  maxPositions: 64,
  bosTokenId: null,
  eosTokenIds: [0],
  padTokenId: null,
};

export const smallConfigs = {
  llama,
  qwen2: { ...llama, architecture: 'qwen2', qkvBias: true, heads: 3, kvHeads: 3, headDim: 4, layers: 1 },
  qwen3: { ...llama, architecture: 'qwen3', qkNorm: true, heads: 3, headDim: 4, tiedEmbeddings: false },
} as const satisfies Record<string, ModelConfig>;

export const configRows: readonly (readonly [string, ModelConfig])[] = Object.entries(smallConfigs);

/** Heads of the widths of real models: other attention kernels, see kernels/attentionForm.ts. */
export const wideConfigs: Readonly<Record<string, ModelConfig>> = {
  'qwen2 with heads of 64': { ...smallConfigs.qwen2, headDim: 64 },
  'qwen3 with heads of 128': { ...smallConfigs.qwen3, headDim: 128 },
};

/** Weights far enough from zero that every path matters; gains around 1. */
export function randomWeights(config: ModelConfig, seed = 1): Map<string, NamedWeights> {
  const rng = createRng(seed, 'engine tests');
  return new Map(
    expectedParameters(config).map(({ name, shape }) => {
      const centre = name.endsWith('norm.weight') ? 1 : 0;
      const data = Float32Array.from({ length: elementCount(shape) }, () => centre + 0.4 * rng.nextGaussian());
      return [name, { shape, data }];
    }),
  );
}

/** As a 16-bit checkpoint has them. */
export function bfloat16(weights: ReadonlyMap<string, NamedWeights>): Map<string, NamedWeights> {
  return new Map(
    [...weights].map(([name, { shape, data }]) => {
      const values = Uint16Array.from(new Uint32Array(data.slice().buffer), (word) => word >>> 16);
      return [name, { shape, data: bfloat16ToFloat32(values), stored: { type: 'bf16', values } }];
    }),
  );
}

/** Groups of 3, 1 and 2 samples; prompts of 1 to 7 tokens, completions of 1 to 6. */
const lengths = [
  [4, [5, 1, 3]],
  [1, [6]],
  [7, [2, 4]],
] as const;

export interface BatchChoice {
  readonly entropy?: number;
  readonly kl?: number;
  readonly seed?: number;
}

/** Sequences with advantages of both signs, log-ratios around 0 (many beyond the clip) and a few tokens without weight. */
export function randomBatch(
  config: ModelConfig,
  { entropy = 0, kl = 0, seed = 1 }: BatchChoice = {},
): WeightedSequence[] {
  const rng = createRng(seed, 'batch');
  const tokens = (count: number) => Array.from({ length: count }, () => rng.int(config.vocabularySize));
  return lengths.flatMap(([promptLength, completions]) => {
    const prompt = tokens(promptLength);
    return completions.map((length, sample): WeightedSequence => {
      const values = (make: () => number) => Float32Array.from({ length }, make);
      return {
        prompt,
        completion: tokens(length),
        oldLogp: values(() => -2.4 + rng.nextGaussian()),
        refLogp: values(() => -2.4 + rng.nextGaussian()),
        advantage: values(() => (sample % 2 === 0 ? 1 : -1) * (0.5 + rng.nextFloat())),
        policyWeight: values(() => (rng.nextFloat() < 0.15 ? 0 : 0.05 + 0.1 * rng.nextFloat())),
        entropyWeight: values(() => entropy * (0.5 + rng.nextFloat())),
        klWeight: values(() => kl * (0.5 + rng.nextFloat())),
      };
    });
  });
}

export const loss: LossOptions = { temperature: 0.8, clipLow: 0.2, clipHigh: 0.28, dualClip: null, klEstimator: 'k3' };
export const adam: OptimizerOptions = {
  learningRate: 1e-2, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1, maxGradNorm: 1,
}; // prettier-ignore

export function request(prompts: readonly (readonly number[])[], more: Partial<RolloutRequest> = {}): RolloutRequest {
  return {
    prompts, groupSize: 3, maxNewTokens: 8, temperature: 1, topK: 0, topP: 1, greedy: false, seed: 5, stream: 2, ...more,
  }; // prettier-ignore
}

/** A sampled answer as a verdict of wrong has it trained: the same advantage and weight at every token. */
export function penalised(
  prompt: readonly number[],
  { completion, logp }: Pick<SampledSequence, 'completion' | 'logp'>,
  weight = 1,
): WeightedSequence {
  const filled = (value: number) => new Float32Array(completion.length).fill(value);
  return {
    prompt, completion, oldLogp: logp, refLogp: null, advantage: filled(-1), policyWeight: filled(weight),
    entropyWeight: filled(0), klWeight: filled(0),
  }; // prettier-ignore
}

/** Prompts of length 1, 5, 2, 5 (twice the same) and 9. */
export const mixedPrompts: readonly (readonly number[])[] = [
  [3],
  [1, 2, 3, 4, 5],
  [6, 7],
  [1, 2, 3, 4, 5],
  [9, 8, 7, 6, 5, 4, 3, 2, 1],
];

/** The values of named tensors as one array, in the order of the names. */
export function flatten(tensors: readonly { readonly name: string; readonly data: Float32Array }[]): Float32Array {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Float32Array.from(sorted.flatMap(({ data }) => Array.from(data)));
}

export function tensorOf(
  tensors: readonly { readonly name: string; readonly data: Float32Array }[],
  name: string,
): Float32Array {
  return at(
    tensors.filter((tensor) => tensor.name === name),
    0,
  ).data;
}
