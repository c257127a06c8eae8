/** Runs as they are born: one trained here, or a fork of one. Pure. */
import { sameValue } from '../../experiment/diff';
import { halfwayKey } from '../../persist/runIndex';
import type { EvaluationRow, MetricsRow } from '../../records/rows';
import type { LinkContent } from '../../share/link';
import type { HeatRun } from './heats';
import { freeSlot, SLOTS, type Run, type RunsData } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import { seriesOf, idsOf } from '../runs/series';

/** What a run is born into. */
export interface Birth {
  readonly page: RunsData;
  /** The link that the page was opened with; null without one. */
  readonly opened: LinkContent | null;
  /** Nobody else has it. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A run at its beginning, in the colour of its series. */
export function newRun({ experiment, name, seriesId }: HeatRun, { page, opened, id, at }: Birth): Run {
  const { runs, capability } = page;
  const sibling = runs.find((run) => run.seriesId === seriesId);
  return {
    id: `run-${id}`,
    seriesId,
    name: sibling?.name ?? uniqueName(name, runs),
    slot: sibling?.slot ?? freeSlot(runs.filter((run) => run.visible)),
    visible: sibling?.visible ?? true,
    origin: 'trained',
    experiment,
    edits: [],
    rows: [],
    evaluations: [],
    forces: [],
    status: idleStatus(experiment.steps),
    note: '',
    forkedFrom: null,
    adapter: capability?.adapter ?? '',
    startedAt: at,
    // The numbers that a link promised for this very experiment.
    promised: opened && sameValue(opened.experiment, experiment) ? opened.result : null,
  };
}

function uniqueName(name: string, runs: readonly Run[]): string {
  const taken = new Set(runs.map((run) => run.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
}

/** At most six curves can be told apart: the oldest make room for so many new ones. */
export function makeRoom(runs: readonly Run[], newcomers: number): readonly Run[] {
  const shown = seriesOf(runs).filter(({ visible }) => visible);
  const leaving = shown.slice(0, Math.max(0, shown.length + newcomers - SLOTS)).flatMap(idsOf);
  return runs.map((run) => (leaving.includes(run.id) ? { ...run, visible: false } : run));
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
export function forkOf(source: Run, point: ForkPoint, birth: Birth): Run {
  const before = (row: Pick<MetricsRow, 'step'>): boolean => row.step < point.step;
  const measured = (row: EvaluationRow): boolean => row.step <= point.step;
  const edits = source.edits.filter((edit) => edit.step < point.step);
  const rows = source.rows.filter(before);
  const last = rows.at(-1);
  const heatRun = {
    experiment: { ...source.experiment, edits },
    name: `${source.name} fork`,
    preset: '',
    seriesId: `series-${birth.id}`,
  };
  return {
    ...newRun(heatRun, birth),
    promised: null,
    edits,
    rows,
    evaluations: source.evaluations.filter(measured),
    forces: source.forces.filter(before),
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
