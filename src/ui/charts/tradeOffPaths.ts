/** The runs as paths in the plane of Pass@1 and Pass@k. Pure. */
import type { Experiment } from '../../experiment/types';
import { mean } from '../../lib/stats';
import { MANY, manyTries, sharedKs } from '../../store/results/chosenK';
import { whyNotCompared } from '../../store/results/comparable';
import { latestFan, type FanPoint } from '../../store/results/summary';
import type { Run } from '../../store/runs/runs';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import type { TradeOffPoint } from './tradeOffOverlay';

/** One series in the plane, from its starting model on. */
export interface TradeOffPath {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly points: readonly TradeOffPoint[];
  /** 95 % intervals of the last point, along x and along y; null where there are none. */
  readonly spread: { readonly x: readonly [number, number]; readonly y: readonly [number, number] } | null;
}

export interface TradeOffPaths {
  readonly paths: readonly TradeOffPath[];
  readonly k: number;
  /** What has no place in this plane, and why. */
  readonly leftOut: readonly string[];
}

/** Paths that begin at the same model and are measured on the same problems, at the largest chosen k that all of them have. */
export function readPaths(
  all: readonly RunSeries[],
  reference: Experiment | null,
  chosenK: readonly number[] = [],
): TradeOffPaths {
  const reasons = all.map((series) => ({
    series,
    apart: reference && whyNotCompared(series.first.experiment, reference),
  }));
  const compared = reasons.flatMap(({ series, apart }) => (apart === null ? [{ series, runs: meanRuns(series) }] : []));
  const k = manyTries(sharedKs(compared.flatMap(({ runs }) => runs)), chosenK);
  return {
    paths: compared.flatMap(({ series, runs }): TradeOffPath[] => {
      const { id, name, slot } = series;
      const evaluations = runs[0]?.evaluations ?? [];
      if (evaluations.length === 0 || k === null) return [];
      const points = evaluations.flatMap(({ step }) => {
        const [x, y] = [passAt(runs, step, 1), passAt(runs, step, k)];
        return x === null || y === null ? [] : [{ x, y }];
      });
      return [{ id, name, slot, points, spread: spreadOf(runs, k) }];
    }),
    k: k ?? MANY,
    leftOut: reasons.flatMap(({ series, apart }) => (apart === null ? [] : [`${series.name} (${apart})`])),
  };
}

/** Mean over the seeds, at the steps that all of them have. */
function passAt(runs: readonly Run[], step: number, k: number): number | null {
  const means = runs.flatMap((run) => {
    const fan = run.evaluations.find((row) => row.step === step)?.passAtK;
    return fan?.find((entry) => entry.k === k)?.mean ?? [];
  });
  return means.length < runs.length ? null : mean(means);
}

function spreadOf(runs: readonly Run[], k: number): TradeOffPath['spread'] {
  const fan = latestFan(runs);
  const endsAt = (wanted: number): readonly [number, number] | null => {
    const { low = null, high = null }: Partial<FanPoint> = fan.find((point) => point.k === wanted) ?? {};
    return low === null || high === null ? null : [low, high];
  };
  const [x, y] = [endsAt(1), endsAt(k)];
  return x && y ? { x, y } : null;
}
