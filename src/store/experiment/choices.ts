/** What else changes when a task or a model is chosen, so that what stands on the panel can be trained. */
import type { PageCatalogue, ShippedModel, TaskEntry } from '../../experiment/catalogue';
import { sameValue } from '../../experiment/diff';
import type { Experiment } from '../../experiment/types';

/** Another task: a model made for it comes along, of its default variant if there is one; else the model stays if it can read the
 * task, or gives way to the first that can. Only where no model can read it nothing else changes. */
export function withTask(experiment: Experiment, name: string, catalogue: PageCatalogue): Experiment {
  const entry = catalogue.tasks.find((candidate) => candidate.name === name);
  if (!entry) return experiment;
  const task = { name, params: defaultsOf(entry) };
  const made = catalogue.models.filter((model) => model.task.name === name);
  const own = made.find((model) => sameValue(model.task, task)) ?? made[0];
  if (own) return withModel(experiment, own.id, catalogue);
  const current = catalogue.models.find(({ id }) => id === experiment.model);
  const reader = [...(current ? [current] : []), ...catalogue.models].find((model) => canRead(model, entry));
  return {
    ...experiment,
    task,
    model: reader?.id ?? experiment.model,
    sampling: { ...experiment.sampling, maxNewTokens: entry.maxNewTokens },
  };
}

/** Another model: a shipped one brings the task that it was made for, and where Pass@k is exact all of that task's held-out problems. */
export function withModel(experiment: Experiment, id: string, catalogue: PageCatalogue): Experiment {
  const model = catalogue.models.find((candidate) => candidate.id === id);
  if (!model) return { ...experiment, model: id };
  const { task, maxNewTokens, heldOut } = model;
  const { evaluation } = experiment;
  return {
    ...experiment,
    model: id,
    task,
    sampling: { ...experiment.sampling, maxNewTokens },
    evaluation: evaluation.method === 'exact' ? { ...evaluation, problems: heldOut } : evaluation,
  };
}

/** Whether the model, which spells characters, knows every one of the task and holds its longest prompt with its longest answer. */
function canRead(model: ShippedModel, task: TaskEntry): boolean {
  const spells = Array.from(task.alphabet).every((character) => model.characters.includes(character));
  return task.alphabet !== '' && spells && task.maxPromptTokens + task.maxNewTokens <= model.contextTokens;
}

function defaultsOf({ params }: TaskEntry): Experiment['task']['params'] {
  return Object.fromEntries(params.flatMap((param) => (param.kind === 'knots' ? [] : [[param.key, param.default]])));
}
