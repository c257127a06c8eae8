/** Whether Pass@k of what stands on the panel can be exact, and what changes with the choice of the method. */
import type { PageCatalogue } from '../../experiment/catalogue';
import { sameValue } from '../../experiment/diff';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { Experiment } from '../../experiment/types';

type Method = Experiment['evaluation']['method'];

export interface ExactOffer {
  /** False: the task rules it out. */
  readonly offered: boolean;
  /** Why not, or on what it depends; null where it is certain. */
  readonly note: string | null;
}

export function exactOffer({ task, model }: Experiment, catalogue: PageCatalogue): ExactOffer {
  const entry = catalogue.tasks.find(({ name }) => name === task.name);
  if (entry?.listsAnswers !== true)
    return { offered: false, note: `Sampled: the right answers of ${entry?.label ?? task.name} cannot be listed.` };
  const certain = catalogue.models.some(({ id }) => id === model);
  return {
    offered: true,
    note: certain
      ? null
      : 'Exact if this model’s tokenizer writes one token per character; else the first 96 problems are sampled.',
  };
}

/** All held-out problems where they are summed, as many as by default where they are sampled. */
export function withMethod(experiment: Experiment, method: Method, catalogue: PageCatalogue): Experiment {
  const { evaluation } = experiment;
  const problems = method === 'exact' ? heldOutOf(experiment, catalogue) : defaultExperiment.evaluation.problems;
  return { ...experiment, evaluation: { ...evaluation, method, problems: problems ?? evaluation.problems } };
}

/** How many held-out problems the task on the panel has, where a shipped model was made for it; null where that is not known. */
function heldOutOf({ task }: Experiment, { models }: PageCatalogue): number | null {
  return models.find((model) => sameValue(model.task, task))?.heldOut ?? null;
}
