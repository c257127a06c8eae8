/** Memory of a model, planned from its config before anything is allocated. */
import { formatBytes } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import type { KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import { sum } from '../lib/numeric';
import { tableFloats } from './batch/uploadSlots';
import type { ModelConfig } from './config';
import { decodeFloats, gradientFloats, headFloats, layerFloats, sumFloats } from './decoder/buffers';
import { describeDecoder, type Decoder } from './description';
import { countParameters } from './parameters';
import { pagesFor, worstSlots } from './sampling/kvPages';
import { prefillCapacity } from './sampling/prefill';
import { shardLimits } from './weights/decoderWeights';
import { foldedRegions, layoutParameters, wholeRegions, type NamedRegion } from './weights/layout';

export interface MemoryPlan {
  /** Bytes by role: weights, folded weights (their transposes), gradients, optimizer (two moments). */
  readonly roles: Readonly<Record<'weights' | 'folded weights' | 'gradients' | 'optimizer', number>>;
  readonly total: number;
  /** What takes most of one buffer: no buffer can be smaller. */
  readonly largest: { readonly name: string; readonly bytes: number };
}

/** Bytes of the parameters; activations come on top and are sized to what is left (micro-batches). */
export function planMemory(config: ModelConfig, training: boolean): MemoryPlan {
  const layout = layoutParameters(describeDecoder(config));
  const extraGradient = layout.decoder.tied ? layout.headGradient.length : 0;
  const roles = {
    weights: layout.count * 4,
    'folded weights': layout.foldedCount * 4,
    gradients: training ? (layout.count + extraGradient) * 4 : 0,
    optimizer: training ? layout.count * 8 : 0,
  };
  const regions: readonly NamedRegion[] = [...wholeRegions(layout), ...foldedRegions(layout)];
  const largest = regions.reduce((most, region) => (region.length > most.length ? region : most));
  return { roles, total: sum(Object.values(roles)), largest: { name: largest.name, bytes: largest.length * 4 } };
}

/** What a policy is asked to hold at once. */
export interface MemoryWorkload {
  /** Packed rows and head rows of one micro-batch, and micro-batches of a step. */
  readonly rows: number;
  readonly headRows: number;
  readonly microBatches: number;
  /** Sequences sampled at once and the tokens that each may get; 0 for no sampling. */
  readonly sequences: number;
  readonly newTokens: number;
  /** Tokens of their prompts, all but the last of each and equal prompts once; of the longest prompt. */
  readonly promptRows: number;
  readonly longestPrompt: number;
  /** Positions of the rotary table. */
  readonly contextLength: number;
}

/** Floats of activations, and of their gradients, per packed row and per head row of a plan; `widest`: of one buffer. */
export function activationFloats(config: ModelConfig, decoder: Decoder, variant: KernelVariant) {
  const layer = layerFloats(decoder, config);
  const gradients = gradientFloats(decoder, config, variant);
  const { x } = decoder.widths;
  return {
    perRow: x + config.layers * (x + sumFloats(layer)),
    perHeadRow: sumFloats(headFloats(decoder)),
    gradientsPerRow: sumFloats(gradients),
    gradientsPerHeadRow: x,
    widest: Math.max(...Object.values(layer), ...Object.values(gradients)),
  };
}

/** Bytes on the GPU by role of a policy that trains and samples, before anything is allocated: `PolicyModel.memory()` in advance. */
export function forecastMemory(
  config: ModelConfig,
  variant: KernelVariant,
  workload: MemoryWorkload,
): Readonly<Record<string, number>> & { readonly total: number } {
  const { rows, headRows, microBatches, sequences, newTokens, promptRows, longestPrompt, contextLength } = workload;
  const decoder = describeDecoder(config);
  const round64 = (count: number) => Math.ceil(count / 64) * 64;
  const [R, H, S] = [round64(rows), round64(headRows), round64(sequences)];
  const floats = activationFloats(config, decoder, variant);
  const { headRows: headTableWords, ...rowTables } = tableFloats;
  const tables = 4 * (sumFloats(rowTables) * R + headTableWords * H);
  const P = prefillCapacity(promptRows, longestPrompt);
  const prefill = 4 * P * (decoder.widths.x + sumFloats(layerFloats(decoder, config)));
  const training = 4 * (floats.perRow * R + floats.perHeadRow * H);
  const roles = {
    ...planMemory(config, true).roles,
    activations: training + prefill + 4 * sumFloats(decodeFloats(decoder)) * S,
    'activation gradients': 4 * (floats.gradientsPerRow * R + floats.gradientsPerHeadRow * H),
    'kv cache': 4 * worstSlots(promptRows, sequences, newTokens) * 2 * config.kvHeads * config.headDim * config.layers,
    tables: tables + 4 * P * (tableFloats.rows + 1) + 4 * contextLength * config.headDim,
    uploads: microBatches * tables,
    tokens: 4 * S * (4 * newTokens + 9 + pagesFor(newTokens)),
  };
  return { ...roles, total: sum(Object.values(roles)) };
}

/** Refuses a model that does not fit, with numbers. `budgetBytes`: what the model may take in all, null when unknown
 * (WebGPU does not tell a GPU's memory). Throws `InputError`. */
export function checkMemory(gpu: Pick<Gpu, 'limits'>, config: ModelConfig, budgetBytes: number | null): void {
  const plan = planMemory(config, true);
  const limit = shardLimits(gpu).most * 4;
  const parts = Object.entries(plan.roles).map(([role, bytes]) => `${role} ${formatBytes(bytes)}`);
  const wanted = `${countParameters(config)} parameters: ${parts.join(', ')}`;
  if (plan.largest.bytes > limit) {
    const largest = `${formatBytes(plan.largest.bytes)} for its ${plan.largest.name}`;
    const allowed = `no buffer over ${formatBytes(limit)}, this device's limit; this model needs one of ${largest}`;
    throw new InputError('model', wanted, allowed);
  }
  if (budgetBytes !== null && plan.total > budgetBytes) {
    throw new InputError(
      'model',
      wanted,
      `at most ${formatBytes(budgetBytes)} in all; this takes ${formatBytes(plan.total)}`,
    );
  }
}
