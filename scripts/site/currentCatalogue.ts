import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { algorithms } from '../../src/algorithms/parts/registry.ts';
import { mappings } from '../../src/confidence/parts/registry.ts';
import { schedules } from '../../src/schedules/parts/registry.ts';
import { taskDefinitions } from '../../src/tasks/parts/registry.ts';
import { buildCatalogue } from '../../src/trainer/catalogue.ts';
import { cataloguePage } from './cataloguePage.ts';

export const catalogueFile = resolve(import.meta.dirname, '../../docs/catalogue.md');

/** docs/catalogue.md as it should be. */
export async function currentCataloguePage(): Promise<string> {
  const { presets } = buildCatalogue();
  const page = cataloguePage({ algorithms, schedules, mappings, tasks: taskDefinitions, presets });
  return format(page, { ...(await resolveConfig(catalogueFile)), parser: 'markdown' });
}
