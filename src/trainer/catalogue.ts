import { algorithms } from '../algorithms/parts/registry';
import { mappings } from '../confidence/parts/registry';
import type { Catalogue } from '../experiment/catalogue';
import { makeCatalogue } from '../experiment/makeCatalogue';
import { schedules } from '../schedules/parts/registry';
import { taskDefinitions } from '../tasks/parts/registry';

/** What this build can do, from its registries. */
export function buildCatalogue(): Catalogue {
  return makeCatalogue({ algorithms, schedules, mappings, tasks: taskDefinitions });
}
