import type { AdapterSpec, AdapterTargets } from '../experiment/types';
import { InputError } from '../lib/errors';
import { adapterTargets, type AdapterConfig, type AdapterTarget } from '../model/adapter/adapterConfig';
import type { Adapter } from '../model/adapter/adapterFolder';
import { initialAdapter } from '../model/adapter/initialAdapter';
import type { ModelConfig } from '../model/config';

const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'] as const satisfies readonly AdapterTarget[];

const targetsOf = {
  all: adapterTargets,
  attention,
  mlp: ['gate_proj', 'up_proj', 'down_proj'],
  'q-v': ['q_proj', 'v_proj'],
} as const satisfies Record<AdapterTargets, readonly AdapterTarget[]>;

/** Null: all weights train. */
export const adapterConfigOf = ({ rank, alpha, targets }: AdapterSpec): AdapterConfig | null =>
  rank === 0 ? null : { rank, alpha, targets: targetsOf[targets], rankStabilised: false };

/** The adapter that a run begins with: the one that came with the model, else a new one from the run's seed; null where all weights
 * train. Throws `InputError` where the experiment asks for another adapter than the model has. */
export function adapterOf(
  { adapter, seed }: { readonly adapter: AdapterSpec; readonly seed: number },
  base: ModelConfig,
  own: Adapter | null,
): Adapter | null {
  const config = adapterConfigOf(adapter);
  if (config === null) return own;
  if (own === null) return initialAdapter(base, config, seed);
  for (const key of ['rank', 'alpha', 'targets'] as const)
    if (String(own.config[key]) !== String(config[key]))
      throw new InputError(
        `adapter.${key}`,
        String(config[key]),
        `what the model's own adapter has: ${String(own.config[key])}`,
      );
  return own;
}
