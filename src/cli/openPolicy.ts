import { openDevice, type Gpu } from '../gpu/device';
import type { ModelConfig } from '../model/config';
import { hasAdapter, readAdapter } from '../model/adapter/adapterFolder';
import { readModelFolder, type ModelSource } from '../model/folder';
import type { Policy } from '../model/policy';
import { createPolicy, type PolicyOptions } from '../model/policyModel';
import { ensureTuned, parseTuning, productShapes } from '../model/tuning';
import { systemMemoryBudget } from './files';
import { tuningCache } from './tuningCache';

/** The device with tiles of matrix products for a model: those that a checkpoint names, or those kept for the adapter, which
 * are measured where there are none yet. Throws `NoAdapterError` without WebGPU. */
export async function openTunedDevice(config: ModelConfig, products?: string): Promise<Gpu> {
  const gpu = await openDevice();
  if (products === undefined) await ensureTuned(gpu, productShapes(config), tuningCache);
  else Object.assign(gpu.products, parseTuning(products));
  return gpu;
}

export interface OpenPolicy {
  readonly gpu: Gpu;
  readonly policy: Policy;
}

/** Reads a model folder, with the adapter in it where there is one, and builds the engine for it, without a tokenizer. Throws `InputError` on a folder that it cannot
 * compute (told before the GPU is woken), `NoAdapterError` without WebGPU. */
export async function openPolicy(source: ModelSource, options: PolicyOptions = {}): Promise<OpenPolicy> {
  const { config, tensors } = await readModelFolder(source);
  const adapter = (await hasAdapter(source)) ? await readAdapter(source, config) : null;
  const gpu = await openTunedDevice(config);
  return {
    gpu,
    policy: await createPolicy(gpu, config, tensors, { memoryBytes: systemMemoryBudget(), adapter, ...options }),
  };
}
