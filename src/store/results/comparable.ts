/** Which runs may be set against each other: those that answered the same questions from the same start. Pure. */
import { sameValue } from '../../experiment/diff';
import type { Experiment } from '../../experiment/types';
import { describeValue } from '../experiment/fields';
import type { RunsData } from '../runs/runs';
import type { RunSeries } from '../runs/series';

/** Null: what came out of the two can be compared. */
export function whyNotCompared(experiment: Experiment, reference: Experiment): string | null {
  if (!sameValue(experiment.task, reference.task)) return 'another task';
  if (experiment.model !== reference.model) return 'another base';
  const [own, other] = [experiment.evaluation, reference.evaluation];
  // Which problems: a seeded choice of so many.
  if (own.problems !== other.problems || own.seed !== other.seed) return 'other held-out problems';
  if (own.samples !== other.samples) return 'another number of answers';
  if (own.temperature !== other.temperature) return 'another evaluation temperature';
  // How often it is evaluated does not matter, nor whether exactly: of the same problems both give the same expectation.
  return experiment.sampling.maxNewTokens === reference.sampling.maxNewTokens ? null : 'another longest answer';
}

/** What the others are compared with: the series in front, else the pinned one, else the last. */
export function referenceOf(
  all: readonly RunSeries[],
  { activeId, baselineId }: Pick<RunsData, 'activeId' | 'baselineId'>,
): RunSeries | null {
  const holding = (id: string | null): RunSeries | undefined =>
    all.find(({ runs }) => runs.some((run) => run.id === id));
  return holding(activeId) ?? holding(baselineId) ?? all.at(-1) ?? null;
}

export interface ComparableGroup {
  /** What its runs have in common. */
  readonly title: string;
  readonly series: readonly RunSeries[];
}

/** Series that can be compared with each other together, in the order of their first. */
export function groupsOf(all: readonly RunSeries[]): readonly ComparableGroup[] {
  const groups: { readonly first: Experiment; readonly series: RunSeries[] }[] = [];
  for (const series of all) {
    const { experiment } = series.first;
    const own = groups.find(({ first }) => whyNotCompared(experiment, first) === null);
    if (own) own.series.push(series);
    else groups.push({ first: experiment, series: [series] });
  }
  return groups.map(({ first: { task, model, evaluation }, series }) => {
    const methods = new Set(series.map((own) => own.first.experiment.evaluation.method));
    const how = [
      ...(methods.has('exact') ? ['exact'] : []),
      ...(methods.has('sampled') ? [`${evaluation.samples} answers each`] : []),
    ];
    return {
      title: `${task.name} (${describeValue(task.params)}) from ${model}, ${evaluation.problems} problems, ${how.join(' and ')}`,
      series,
    };
  });
}
