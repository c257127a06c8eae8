/** Memory of a model, planned from its config before anything is allocated. */
import { formatBytes } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { swigluDots } from '../kernels/gemm';
import type { KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { layoutParameters, type ParameterLayout } from './layout';
import { countParameters } from './parameters';

export interface MemoryPlan {
  /** Bytes by role: weights, folded weights (their transposes), gradients, optimizer (two moments). */
  readonly roles: Readonly<Record<'weights' | 'folded weights' | 'gradients' | 'optimizer', number>>;
  readonly total: number;
  /** Largest single buffer. */
  readonly largest: number;
}

/** Bytes of the parameter arenas; activations come on top and are sized to what is left (micro-batches). */
export function planMemory(config: ModelConfig, variant: KernelVariant, training: boolean): MemoryPlan {
  const layout = layoutParameters(config);
  const roles = {
    weights: layout.count * 4,
    'folded weights': layout.foldedLength * 4,
    gradients: training ? layout.gradientLength * variant.gradientSlabs * 4 : 0,
    optimizer: training ? layout.count * 8 : 0,
  };
  const total = roles.weights + roles['folded weights'] + roles.gradients + roles.optimizer;
  const largest = Math.max(roles.weights, roles['folded weights'], roles.gradients);
  return { roles, total, largest };
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
  /** Positions of the rotary table. */
  readonly contextLength: number;
}

/** Floats of activations, and of their gradients, per packed row and per head row of a training plan. */
export function activationFloats(config: ModelConfig, layout: ParameterLayout, variant: KernelVariant) {
  const { width, qkvWidth, mixedWidth, mlpWidth } = layout;
  const raw = config.qkNorm ? qkvWidth : 0;
  const stats = 3 * config.heads + config.kvHeads;
  const layer = 2 * width + 2 + qkvWidth + raw + mixedWidth + 3 * mlpWidth + stats;
  return {
    perRow: width + config.layers * layer,
    perHeadRow: layout.head.rows + 6,
    gradientsPerRow: 2 * width + qkvWidth + raw + 2 * mlpWidth + mixedWidth + swigluDots(mlpWidth, variant),
    gradientsPerHeadRow: width,
  };
}

/** Bytes on the GPU by role of a policy that trains and samples, before anything is allocated: `PolicyModel.memory()` in advance. */
export function forecastMemory(
  config: ModelConfig,
  variant: KernelVariant,
  { rows, headRows, microBatches, sequences, newTokens, contextLength }: MemoryWorkload,
): Readonly<Record<string, number>> & { readonly total: number } {
  const layout = layoutParameters(config);
  const round64 = (count: number) => Math.ceil(count / 64) * 64;
  const [R, H, S] = [round64(rows), round64(headRows), round64(sequences)];
  const floats = activationFloats(config, layout, variant);
  const decodeRow =
    2 * layout.width + layout.qkvWidth + layout.mixedWidth + 3 * layout.mlpWidth + 1 + layout.vocabularyWidth;
  const tables = 52 * R + 32 * H;
  const roles = {
    ...planMemory(config, variant, true).roles,
    activations: 4 * (floats.perRow * R + floats.perHeadRow * H + decodeRow * S),
    'activation gradients': 4 * (floats.gradientsPerRow * R + floats.gradientsPerHeadRow * H),
    'kv cache': 4 * S * newTokens * 2 * config.kvHeads * config.headDim * config.layers,
    tables: tables + 4 * contextLength * config.headDim,
    uploads: microBatches * tables,
    tokens: 4 * S * (4 * newTokens + 9),
  };
  return { ...roles, total: Object.values(roles).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Refuses a model that does not fit, with numbers. `budgetBytes`: what the model may take in all, null when unknown
 * (WebGPU does not tell a GPU's memory). Throws `InputError`. */
export function checkMemory(
  gpu: Pick<Gpu, 'limits'>,
  config: ModelConfig,
  variant: KernelVariant,
  budgetBytes: number | null,
): void {
  const plan = planMemory(config, variant, true);
  const limit = Math.min(gpu.limits['maxBufferSize'] ?? 0, gpu.limits['maxStorageBufferBindingSize'] ?? 0);
  const parts = Object.entries(plan.roles).map(([role, bytes]) => `${role} ${formatBytes(bytes)}`);
  const wanted = `${countParameters(config)} parameters: ${parts.join(', ')}`;
  if (plan.largest > limit) {
    const allowed = `no buffer over ${formatBytes(limit)}, this device's limit; the largest would be ${formatBytes(plan.largest)}`;
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
