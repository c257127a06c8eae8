import { openDevice, type Gpu } from '../gpu/device';
import type { ModelConfig } from '../model/config';
import { InputError } from '../lib/errors';
import { hasAdapter, readAdapter, type Adapter } from '../model/adapter/adapterFolder';
import { readModelFolder, type ModelSource } from '../model/folder';
import type { Policy } from '../model/policy';
import { createPolicy, type PolicyOptions } from '../model/policyModel';
import type { BaseStorage } from '../model/weights/baseStorage';
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

/** Weights that train are float32. */
function checkBase(base: BaseStorage = 'stored', adapter: Adapter | null): void {
  if (base !== 'stored' && adapter === null)
    throw new InputError('--base', base, 'stored where all weights train; q8 and q4 in a folder with an adapter');
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
  checkBase(options.base, adapter);
  const gpu = await openTunedDevice(config);
  return {
    gpu,
    policy: await createPolicy(gpu, config, tensors, { memoryBytes: systemMemoryBudget(), adapter, ...options }),
  };
}
