/** Seeds of one experiment as one thing: what a line of the runs table and a curve with its band stand for. */
import type { ExperimentEdit } from '../../experiment/types';
import { freeSlot, type Run } from './runs';

export interface RunSeries {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly visible: boolean;
  /** In the order they were made; at least one. */
  readonly runs: readonly Run[];
  readonly first: Run;
}

/** The most seeds that can be asked for at once. */
export const MOST_SEEDS = 5;

/** Edits that acted and, of those planned, the ones still to come. */
export function allEdits(run: Run): ExperimentEdit[] {
  const made = (edit: ExperimentEdit): boolean =>
    run.edits.some((other) => other.step === edit.step && other.path === edit.path);
  return [...run.edits, ...run.experiment.edits.filter((edit) => edit.step >= run.status.step && !made(edit))];
}

/** All runs by series, in order. A seed that was steered otherwise than the first one is no seed of the same experiment any more and stands for itself. */
export function seriesOf(runs: readonly Run[]): RunSeries[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const edits = allEdits(run);
    const key = edits.length > 0 ? `${run.seriesId} ${JSON.stringify(edits)}` : run.seriesId;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  const names = new Set<string>();
  const all = [...groups.values()].flatMap((group): RunSeries[] => {
    const [first] = group;
    if (!first) return [];
    const apart = names.has(first.seriesId);
    names.add(first.seriesId);
    return [
      {
        id: first.id,
        name: apart ? `${first.name}, seed ${first.experiment.seed} steered` : first.name,
        slot: first.slot,
        visible: group.some((run) => run.visible),
        runs: group,
        first,
      },
    ];
  });
  return withOwnSlots(all);
}

/** No two series that are drawn look alike: the later one of two gives way to the lowest slot that is free. */
function withOwnSlots(all: readonly RunSeries[]): RunSeries[] {
  const drawn: RunSeries[] = [];
  const kept = new Set<string>();
  for (const series of all) {
    if (!series.visible || drawn.some(({ slot }) => slot === series.slot)) continue;
    drawn.push(series);
    kept.add(series.id);
  }
  return all.map((series) => {
    if (!series.visible || kept.has(series.id)) return series;
    const own = { ...series, slot: freeSlot(drawn) };
    drawn.push(own);
    return own;
  });
}

/** The seeds that a mean is taken over: those that have ended, so that it does not jump where a growing one stops. Before the first end: the first seed alone. */
export function meanRuns(series: RunSeries): readonly Run[] {
  const ended = series.runs.filter((run) => run.status.phase === 'finished');
  const begun = ended.length > 0 ? ended : series.runs.filter((run) => run.rows.length + run.evaluations.length > 0);
  return ended.length > 0 ? ended : begun.slice(0, 1);
}

/** As many as the keys 1 to 9: those drawn, then the latest. */
const MOST_IN_LEGEND = 9;

/** What the legend shows and the keys 1 to 9 stand for, in the order they were made. */
export function legendSeries(runs: readonly Run[]): RunSeries[] {
  const all = seriesOf(runs);
  const chosen = new Set([...all.filter(({ visible }) => visible), ...[...all].reverse()].slice(0, MOST_IN_LEGEND));
  return all.filter((series) => chosen.has(series));
}

export const idsOf = (series: RunSeries): string[] => series.runs.map((run) => run.id);
