import type { AdapterSpec } from '../experiment/types';
import { InputError } from '../lib/errors';
import type { AdapterConfig } from '../model/adapter/adapterConfig';
import type { Adapter } from '../model/adapter/adapterFolder';
import { initialAdapter } from '../model/adapter/initialAdapter';
import { targetGroups } from '../model/adapter/targetGroups';
import type { ModelConfig } from '../model/config';

/** Null: all weights train. */
export const adapterConfigOf = ({ rank, alpha, targets }: Omit<AdapterSpec, 'base'>): AdapterConfig | null =>
  rank === 0 ? null : { rank, alpha, targets: targetGroups[targets], rankStabilised: false };

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
