/** A model folder on disk as a command uses it: read and checked, then the device for it. */
import type { Gpu } from '../gpu/device';
import { hasAdapter, readAdapter, type Adapter } from '../model/adapter/adapterFolder';
import { readTextModel, type TextModel } from '../trainer/textModel';
import { folderSource, systemMemoryBudget } from './files';
import { openTunedDevice } from './openPolicy';
import { startGradeWorker, startTextWorker } from './threads';
import { runGrader, type GradeRows } from '../trainer/gradeRows';

export interface OpenTextModel {
  readonly gpu: Gpu;
  readonly model: TextModel;
  readonly memoryBytes: number;
  /** In the same folder. */
  readonly adapter: Adapter | null;
  /** Grades in a thread, which begins with the first answers. */
  readonly gradeRows: GradeRows;
}

/** Opens a folder with config.json, weights and tokenizer.json. `products`: tiles of matrix products as a checkpoint names them.
 * Throws `InputError` on anything it lacks, before the GPU is woken. */
export async function openTextModel(path: string, products?: string): Promise<OpenTextModel> {
  const source = folderSource(path);
  const model = await readTextModel(source, startTextWorker);
  const adapter = (await hasAdapter(source)) ? await readAdapter(source, model.folder.config) : null;
  const gpu = await openTunedDevice(model.folder.config, products);
  return { gpu, model, memoryBytes: systemMemoryBudget(), adapter, gradeRows: runGrader(startGradeWorker()) };
}
