import { openDevice, type Gpu } from '../gpu/device';
import { readModelFolder, type ModelFolder, type ModelSource } from '../model/folder';
import type { Policy } from '../model/policy';
import { createPolicy, type PolicyOptions } from '../model/policyModel';
import { ensureTuned, parseTuning, productShapes } from '../model/tuning';
import { systemMemoryBudget } from './files';
import { tuningCache } from './tuningCache';

export interface OpenPolicy {
  readonly gpu: Gpu;
  readonly folder: ModelFolder;
  readonly policy: Policy;
}

export interface OpenPolicyOptions extends PolicyOptions {
  /** Tiles of matrix products as a checkpoint names them, in place of those kept for the adapter. */
  readonly products?: string;
}

/** Reads a model folder and builds the engine for it. Throws `InputError` on a folder that it cannot compute (told
 * before the GPU is woken), `NoAdapterError` without WebGPU. */
export async function openPolicy(
  source: ModelSource,
  { products, ...options }: OpenPolicyOptions = {},
): Promise<OpenPolicy> {
  const folder = await readModelFolder(source);
  const gpu = await openDevice();
  if (products === undefined) await ensureTuned(gpu, productShapes(folder.config), tuningCache);
  else Object.assign(gpu.products, parseTuning(products));
  return {
    gpu,
    folder,
    policy: await createPolicy(gpu, folder.config, folder.tensors, { memoryBytes: systemMemoryBudget(), ...options }),
  };
}
