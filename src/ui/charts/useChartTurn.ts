/** The runs and settings as they were when it was last this chart's turn to redraw: charts look at them then, and at no other time. */
import { useEffect, useRef, useState } from 'react';
import { referenceOf } from '../../store/results/comparable';
import { isBusy } from '../../store/run/phases';
import { useRuns, type RunsData } from '../../store/runs/runs';
import { seriesOf, type RunSeries } from '../../store/runs/series';
import { useSession } from '../../store/session';
import { useExperiment } from '../appContext';
import type { ChartOptions } from './buildModels';
import { chartTurns } from './chartTurns';

export interface ChartInput {
  /** Those that are drawn. */
  readonly series: readonly RunSeries[];
  readonly options: ChartOptions;
}

function look(totalSteps: number): ChartInput {
  const { xUnit, logX, logY, smoothing, chosenK } = useSession.getState();
  const { runs, activeId, baselineId } = useRuns.getState();
  const front = runs.find((run) => run.id === activeId) ?? null;
  const series = seriesOf(runs).filter(({ visible }) => visible);
  const reference = referenceOf(series, { activeId, baselineId })?.first.experiment ?? null;
  return {
    series,
    options: {
      xUnit,
      logX,
      logY,
      smoothing,
      chosenK,
      totalSteps: front?.experiment.steps ?? totalSteps,
      front,
      reference,
    },
  };
}

/** No run is growing. */
const rests = ({ runs, activeId }: RunsData): boolean =>
  !runs.some((run) => run.id === activeId && isBusy(run.status.phase));

/** Rows that the runs have together. */
const measured = ({ runs }: RunsData): number =>
  runs.reduce((sum, run) => sum + run.rows.length + run.evaluations.length, 0);

/** Returns the input of the last turn and the ref by which it is told whether the chart is on the screen. */
export function useChartTurn(): readonly [input: ChartInput, ref: React.RefObject<HTMLElement | null>] {
  const ref = useRef<HTMLElement>(null);
  const totalSteps = useExperiment((experiment) => experiment.steps);
  const [input, setInput] = useState(() => look(totalSteps));
  useEffect(() => {
    const place = chartTurns.join(() => setInput(look(totalSteps)));
    const stopRuns = useRuns.subscribe((state, previous) => {
      const moved = state.activeId !== previous.activeId || state.baselineId !== previous.baselineId;
      if (state.runs === previous.runs && !moved) return;
      place.markDirty();
      if (rests(state) && (moved || !rests(previous) || measured(state) !== measured(previous))) place.catchUp();
      else if (measured(previous) === 0 && measured(state) > 0) place.catchUp();
    });
    const stopSession = useSession.subscribe(place.markDirty);
    const watcher = new IntersectionObserver((entries) => place.setVisible(entries.at(-1)?.isIntersecting ?? true));
    if (ref.current) watcher.observe(ref.current);
    place.markDirty();
    return () => {
      place.leave();
      stopRuns();
      stopSession();
      watcher.disconnect();
    };
  }, [totalSteps]);
  return [input, ref];
}
