/** A model folder on disk as a command uses it: read and checked, then the device for it. */
import type { Gpu } from '../gpu/device';
import { readTextModel, type TextModel } from '../trainer/textModel';
import { folderSource, systemMemoryBudget } from './files';
import { openTunedDevice } from './openPolicy';

export interface OpenTextModel {
  readonly gpu: Gpu;
  readonly model: TextModel;
  readonly memoryBytes: number;
}

/** Opens a folder with config.json, weights and tokenizer.json. `products`: tiles of matrix products as a checkpoint names them.
 * Throws `InputError` on anything it lacks, before the GPU is woken. */
export async function openTextModel(path: string, products?: string): Promise<OpenTextModel> {
  const model = await readTextModel(folderSource(path));
  const gpu = await openTunedDevice(model.folder.config, products);
  return { gpu, model, memoryBytes: systemMemoryBudget() };
}
