/** What each compared series gives beyond cooling the base. An interval takes some 95 ms of processor time over 1,091
 * problems (two busy cores, Node 20): after the paint, one series at a time, once per evaluation. */
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
    const found: SeriesBeyond[] = [];
    const waiting = reference ? compared.slice(0, MOST_SERIES) : [];
    let timer = setTimeout(next, 0);
    function next(): void {
      const series = waiting.shift();
      const beyond = series && reference ? keptBeyond(series, reference, k) : null;
      if (series && beyond) found.push({ id: series.id, name: series.name, beyond });
      if (waiting.length === 0) say(found);
      else timer = setTimeout(next, 0);
    }
    return () => clearTimeout(timer);
  }, [compared, reference, k]);
  return said;
}
