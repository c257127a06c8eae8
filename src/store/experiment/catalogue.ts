/** The catalogue on the page, before any worker is up: curves and fields are its own, the rest the build took out of the registries. */
import data from 'virtual:catalogue';
import { mappings } from '../../confidence/parts/registry';
import type { BuiltCatalogue, PageCatalogue } from '../../experiment/catalogue';
import { makeCatalogue } from '../../experiment/makeCatalogue';
import { schedules } from '../../schedules/parts/registry';

const built = data as BuiltCatalogue;

export const catalogue: PageCatalogue = {
  ...makeCatalogue({ algorithms: built.algorithms, schedules, mappings, tasks: built.tasks }),
  models: built.models,
};
