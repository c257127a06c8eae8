/** Memory of a model, planned from its config before anything is allocated. */
import { formatBytes } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import type { KernelVariant } from '../kernels/variant';
import { InputError } from '../lib/errors';
import type { ModelConfig } from './config';
import { layoutParameters } from './layout';
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
