/** Run by the build (`catalogueModule.ts`), never part of what it builds. */
import { resolve } from 'node:path';
import { algorithms } from '../../src/algorithms/parts/registry.ts';
import type { BuiltCatalogue } from '../../src/experiment/catalogue.ts';
import { algorithmEntry, taskEntry } from '../../src/experiment/makeCatalogue.ts';
import { taskDefinitions } from '../../src/tasks/parts/registry.ts';
import { shippedModels } from './shippedModels.ts';

export function catalogueData(): BuiltCatalogue {
  return {
    algorithms: algorithms.map(algorithmEntry),
    tasks: taskDefinitions.map(taskEntry),
    models: shippedModels(resolve(import.meta.dirname, '../../public/models')),
  };
}
