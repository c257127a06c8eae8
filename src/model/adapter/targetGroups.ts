import type { AdapterTargets } from '../../experiment/types';
import { adapterTargets, type AdapterTarget } from './adapterConfig';

/** The maps that an experiment's `adapter.targets` means. */
export const targetGroups = {
  all: adapterTargets,
  attention: ['q_proj', 'k_proj', 'v_proj', 'o_proj'],
  mlp: ['gate_proj', 'up_proj', 'down_proj'],
  'q-v': ['q_proj', 'v_proj'],
} as const satisfies Record<AdapterTargets, readonly AdapterTarget[]>;
