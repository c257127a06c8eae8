/** Forces as arrows of the trade-off chart: where PSR, NSR, W-REINFORCE and the present mix would go from where the run stands. */
import { useMemo } from 'react';
import { forcesAt } from '../../records/forceRows';
import { forceAt, type Mix } from '../../records/forceForecast';
import type { ForceRow } from '../../records/forces';
import type { Run } from '../../store/runs/runs';
import type { Arrow, ArrowsAt } from '../charts/tradeOffOverlay';
import { useFrontRun } from './useForces';

const known: readonly { readonly label: string; readonly mix: Mix; readonly look: Pick<Arrow, 'color' | 'dash'> }[] = [
  {
    label: 'PSR',
    mix: { positiveWeight: 1, negativeWeight: 0 },
    look: { color: 'var(--positive)', dash: '' },
  },
  {
    label: 'NSR',
    mix: { positiveWeight: 0, negativeWeight: 1 },
    look: { color: 'var(--negative)', dash: '' },
  },
  {
    label: 'W-REINFORCE',
    mix: { positiveWeight: 0.1, negativeWeight: 1 },
    look: { color: 'var(--negative)', dash: '2 3' },
  },
];

/** `k`: that of the chart's upward axis. */
export function useForceArrows(k: number): readonly ArrowsAt[] {
  const run = useFrontRun();
  return useMemo(() => (run ? forceArrows(run, k) : []), [run, k]);
}

/** None where forces were not measured at this k, or the run was not evaluated yet. */
export function forceArrows(run: Pick<Run, 'forces' | 'evaluations' | 'status'>, k: number): readonly ArrowsAt[] {
  const row = forcesAt(run.forces, run.status.step);
  const fan = run.evaluations.at(-1)?.passAtK ?? [];
  const meanOf = (wanted: number): number | undefined => fan.find((entry) => entry.k === wanted)?.mean;
  const [x, y] = [meanOf(1), meanOf(k)];
  if (!row || x === undefined || y === undefined) return [];
  const present = { label: 'now', mix: row, look: { color: 'var(--ink)', dash: '' } };
  const mixes = row.signed ? [...known, present] : [present];
  const arrows = mixes.flatMap(({ label, mix, look }): Arrow[] => {
    const [dx, dy] = [changeOf(row, 1, mix), changeOf(row, k, mix)];
    return dx === null || dy === null ? [] : [{ label, dx, dy, ...look }];
  });
  if (arrows.length === 0) return [];
  const label = `Forces from rollout ${row.step + 1}, per step`;
  return [{ kind: 'arrows', id: 'forces', label, from: { x, y }, arrows: withoutTwins(arrows) }];
}

/** Of the longest along each axis: nearer tips cannot be told apart, nor their names read. */
const twinShare = 0.12;

/** Arrows that would lie on each other as one, with both names. */
function withoutTwins(arrows: readonly Arrow[]): readonly Arrow[] {
  const most = (key: 'dx' | 'dy') => Math.max(...arrows.map((arrow) => Math.abs(arrow[key])), 1e-12);
  const [mostX, mostY] = [most('dx'), most('dy')];
  return arrows.reduce<readonly Arrow[]>((kept, arrow) => {
    const twin = kept.find(({ dx, dy }) => Math.hypot((dx - arrow.dx) / mostX, (dy - arrow.dy) / mostY) < twinShare);
    if (!twin) return [...kept, arrow];
    return kept.map((other) => (other === twin ? { ...other, label: `${other.label} = ${arrow.label}` } : other));
  }, []);
}

function changeOf(row: ForceRow, k: number, mix: Mix): number | null {
  const measure = row.measures.find((one) => one.kind === 'pass' && one.k === k);
  return measure ? forceAt(row, measure, mix).change : null;
}
