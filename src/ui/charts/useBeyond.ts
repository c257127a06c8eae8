/** What each compared series gives beyond cooling the base. The intervals take some tens of milliseconds each: after the paint, once per evaluation. */
import { useEffect, useState } from 'react';
import { beyondOf, type Beyond } from '../../store/cooling/beyond';
import type { CoolingReference } from '../../store/cooling/reference';
import { meanRuns, type RunSeries } from '../../store/runs/series';

export interface SeriesBeyond {
  readonly id: string;
  readonly name: string;
  readonly beyond: Beyond;
}

const MOST_SERIES = 4;
const known = new WeakMap<CoolingReference, Map<string, Beyond | null>>();

function keptBeyond(series: RunSeries, reference: CoolingReference, k: number): Beyond | null {
  const runs = meanRuns(series);
  const key = `${runs.map(({ id, evaluations }) => `${id}@${evaluations.at(-1)?.step ?? -1}`).join()} ${k}`;
  const kept = known.get(reference) ?? new Map<string, Beyond | null>();
  known.set(reference, kept);
  const before = kept.get(key);
  if (before !== undefined) return before;
  const beyond = beyondOf(runs, reference, k);
  kept.set(key, beyond);
  return beyond;
}

/** In the order given; empty before there is anything to say. */
export function useBeyond(
  compared: readonly RunSeries[],
  reference: CoolingReference | null,
  k: number,
): readonly SeriesBeyond[] {
  const [said, say] = useState<readonly SeriesBeyond[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (!reference) return say([]);
      say(
        compared.slice(0, MOST_SERIES).flatMap((series) => {
          const beyond = keptBeyond(series, reference, k);
          return beyond ? [{ id: series.id, name: series.name, beyond }] : [];
        }),
      );
    }, 0);
    return () => clearTimeout(timer);
  }, [compared, reference, k]);
  return said;
}
