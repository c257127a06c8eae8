import type { AlgorithmEntry, Catalogue, KindEntry, TaskEntry } from './catalogue';
import { fields } from './fields';
import { makePresets } from './presets';

/** The registries' contents, or what a build took out of them; anything that is not part of an entry is left behind. */
export interface Registries {
  readonly algorithms: readonly AlgorithmEntry[];
  readonly schedules: readonly KindEntry[];
  readonly mappings: readonly KindEntry[];
  readonly tasks: readonly TaskEntry[];
}

export const algorithmEntry = (definition: AlgorithmEntry): AlgorithmEntry => {
  const { id, label, help, formula, source, deviations, uses, params, defaults } = definition;
  return { id, label, help, formula, source, deviations, uses, params, defaults };
};

const kindEntry = ({ kind, label, help, formula, params }: KindEntry): KindEntry => ({
  kind,
  label,
  help,
  formula,
  params,
});

export const taskEntry = (definition: TaskEntry): TaskEntry => {
  const { name, label, help, params, data, alphabet, maxPromptTokens, maxNewTokens, listsAnswers } = definition;
  const made = { name, label, help, params, alphabet, maxPromptTokens, maxNewTokens, listsAnswers };
  return data === undefined ? made : { ...made, data };
};

/** The catalogue of these registries, without their functions: plain JSON. */
export function makeCatalogue({ algorithms, schedules, mappings, tasks }: Registries): Catalogue {
  return {
    fields,
    algorithms: algorithms.map(algorithmEntry),
    schedules: schedules.map(kindEntry),
    mappings: mappings.map(kindEntry),
    tasks: tasks.map(taskEntry),
    presets: makePresets(algorithms),
  };
}
