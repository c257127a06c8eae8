import { openDevice, type Gpu } from '../gpu/device';
import { readModelFolder, type ModelFolder, type ModelSource } from '../model/folder';
import type { Policy } from '../model/policy';
import { systemMemoryBudget } from './files';
import { createPolicy, type PolicyOptions } from '../model/policyModel';

export interface OpenPolicy {
  readonly gpu: Gpu;
  readonly folder: ModelFolder;
  readonly policy: Policy;
}

/** Reads a model folder and builds the engine for it. Throws `InputError` on a folder that it cannot compute (told
 * before the GPU is woken), `NoAdapterError` without WebGPU. */
export async function openPolicy(source: ModelSource, options: PolicyOptions = {}): Promise<OpenPolicy> {
  const folder = await readModelFolder(source);
  const gpu = await openDevice();
  return {
    gpu,
    folder,
    policy: await createPolicy(gpu, folder.config, folder.tensors, { memoryBytes: systemMemoryBudget(), ...options }),
  };
}
