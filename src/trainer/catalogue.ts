import { algorithms } from '../algorithms/parts/registry';
import { mappings } from '../confidence/parts/registry';
import type { Catalogue, KindEntry } from '../experiment/catalogue';
import { fields } from '../experiment/fields';
import { presets } from '../experiment/presets';
import { shippedModels } from '../experiment/shippedModels';
import { schedules } from '../schedules/parts/registry';
import { taskDefinitions } from '../tasks/parts/registry';

const kindEntry = ({ kind, label, help, formula, params }: KindEntry): KindEntry => ({
  kind,
  label,
  help,
  formula,
  params,
});

/** What this build can do, from its registries, without the functions: plain JSON. */
export function buildCatalogue(): Catalogue {
  return {
    fields,
    algorithms: algorithms.map(({ id, label, help, formula, source, deviations, uses, params, defaults, critic }) => ({
      id,
      label,
      help,
      formula,
      source,
      deviations,
      uses,
      params,
      defaults,
      needsCritic: critic !== null,
    })),
    schedules: schedules.map(kindEntry),
    mappings: mappings.map(kindEntry),
    tasks: taskDefinitions.map(({ name, label, help, params }) => ({ name, label, help, params })),
    models: shippedModels,
    presets,
  };
}
