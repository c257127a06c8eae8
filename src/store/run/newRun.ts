/** Runs as they are born: one trained here, or a fork of one. */
import { sameValue } from '../../experiment/diff';
import { halfwayKey } from '../../persist/runIndex';
import type { EvaluationRow, MetricsRow } from '../../records/rows';
import type { HeatRun } from './heats';
import { useLink } from '../link/link';
import { freeSlot, idleStatus, SLOTS, useRuns, type Run } from '../runs/runs';
import { seriesOf, idsOf } from '../runs/series';

let counter = 0;

/** `wallClock`: milliseconds since 1970. Identifies, decides nothing. */
export function newId(wallClock: number): string {
  counter += 1;
  return `${wallClock.toString(36)}-${counter}`;
}

/** A run at its beginning, in the colour of its series. */
export function newRun({ experiment, name, seriesId }: HeatRun, wallClock: number): Run {
  const { runs, capability } = useRuns.getState();
  const sibling = runs.find((run) => run.seriesId === seriesId);
  return {
    id: `run-${newId(wallClock)}`,
    seriesId,
    name: sibling?.name ?? uniqueName(name),
    slot: sibling?.slot ?? freeSlot(runs.filter((run) => run.visible)),
    visible: sibling?.visible ?? true,
    origin: 'trained',
    experiment,
    edits: [],
    rows: [],
    evaluations: [],
    status: idleStatus(experiment.steps),
    note: '',
    forkedFrom: null,
    adapter: capability?.adapter ?? '',
    startedAt: wallClock,
    promised: promiseFor(experiment),
  };
}

/** The numbers that a link promised for this very experiment. */
function promiseFor(experiment: Run['experiment']): Run['promised'] {
  const { opened } = useLink.getState();
  return opened && sameValue(opened.experiment, experiment) ? opened.result : null;
}

function uniqueName(name: string): string {
  const taken = new Set(useRuns.getState().runs.map((run) => run.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
}

/** At most six curves can be told apart: the oldest make room for so many new ones. */
export function makeRoom(newcomers: number): void {
  const { runs, patchAll } = useRuns.getState();
  const shown = seriesOf(runs).filter(({ visible }) => visible);
  for (const series of shown.slice(0, Math.max(0, shown.length + newcomers - SLOTS)))
    patchAll(idsOf(series), { visible: false });
}

/** Where a run can be forked: from its last stored copy, or from the one that is kept from half way. */
export interface ForkPoint {
  readonly at: 'last' | 'half';
  /** Rollout steps done at that moment. */
  readonly step: number;
}

/** Empty for a run that was not trained here or has no copy yet. A finished run has nothing left to do at its last copy. */
export function forkPoints(run: Run): readonly ForkPoint[] {
  const { step, totalSteps, phase } = run.status;
  if (run.origin !== 'trained' || run.forkedFrom !== null) return [];
  const half = Math.floor(totalSteps / 2);
  return [
    ...(phase === 'paused' && step > 0 ? [{ at: 'last' as const, step }] : []),
    ...(half > 0 && step > half ? [{ at: 'half' as const, step: half }] : []),
  ];
}

/** A paused run that has measured what `source` had measured at that point, and goes on from its copy. */
export function forkOf(source: Run, point: ForkPoint, wallClock: number): Run {
  const before = (row: MetricsRow): boolean => row.step < point.step;
  const measured = (row: EvaluationRow): boolean => row.step <= point.step;
  const edits = source.edits.filter((edit) => edit.step < point.step);
  const rows = source.rows.filter(before);
  const last = rows.at(-1);
  const heatRun = {
    experiment: { ...source.experiment, edits },
    name: `${source.name} fork`,
    preset: '',
    seriesId: `series-${newId(wallClock)}`,
  };
  return {
    ...newRun(heatRun, wallClock),
    promised: null,
    edits,
    rows,
    evaluations: source.evaluations.filter(measured),
    forkedFrom: point.at === 'half' ? halfwayKey(source.id) : source.id,
    status: {
      ...idleStatus(source.experiment.steps),
      phase: 'paused',
      step: point.step,
      copyStep: point.step,
      tokensUsed: last?.tokens ?? 0,
      secondsUsed: last?.seconds ?? 0,
    },
  };
}
