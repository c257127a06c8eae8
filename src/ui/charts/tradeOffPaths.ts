/** The runs as paths in the plane of Pass@1 and Pass@k. Pure. */
import type { Experiment } from '../../experiment/types';
import { whyNotCompared } from '../../store/results/comparable';
import type { Run } from '../../store/runs/runs';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import type { TradeOffPoint } from './tradeOffOverlay';

/** One series in the plane, from its starting model on. */
export interface TradeOffPath {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly points: readonly TradeOffPoint[];
}

/** Mean over the seeds, at the steps that all of them have. */
function passAt(runs: readonly Run[], step: number, pick: 'first' | 'last'): { k: number; mean: number } | null {
  const entries = runs.flatMap((run) => {
    const fan = run.evaluations.find((row) => row.step === step)?.passAtK;
    return (pick === 'first' ? fan?.[0] : fan?.at(-1)) ?? [];
  });
  if (entries.length < runs.length) return null;
  return { k: entries[0]?.k ?? 1, mean: entries.reduce((sum, entry) => sum + entry.mean, 0) / entries.length };
}

export interface TradeOffPaths {
  readonly paths: readonly TradeOffPath[];
  readonly k: number;
  /** What has no place in this plane, and why. */
  readonly leftOut: readonly string[];
}

/** Paths that begin at the same model and are measured on the same problems, at the same k. */
export function readPaths(all: readonly RunSeries[], reference: Experiment | null): TradeOffPaths {
  let k = 0;
  const leftOut: string[] = [];
  const paths = all.flatMap((series): TradeOffPath[] => {
    const apart = reference && whyNotCompared(series.first.experiment, reference);
    if (apart !== null) {
      leftOut.push(`${series.name} (${apart})`);
      return [];
    }
    const runs = meanRuns(series);
    const evaluations = runs[0]?.evaluations ?? [];
    if (evaluations.length === 0) return [];
    const points = evaluations.flatMap(({ step }) => {
      const first = passAt(runs, step, 'first');
      const last = passAt(runs, step, 'last');
      if (!first || !last) return [];
      k = Math.max(k, last.k);
      return [{ x: first.mean, y: last.mean }];
    });
    return [{ id: series.id, name: series.name, slot: series.slot, points }];
  });
  return { paths, k, leftOut };
}
