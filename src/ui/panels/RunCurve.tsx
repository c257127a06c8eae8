/** One curve of the experiment on the panel, with what the run in front has made of it. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { applyEdits } from '../../experiment/edits';
import { getField } from '../../experiment/paths';
import type { Experiment, Scheduled } from '../../experiment/types';
import type { Mix } from '../../records/forceForecast';
import { isUnderWay } from '../../store/run/phases';
import { editMarks } from '../../store/runs/editMarks';
import { useRuns, type Run } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import type { CurvePoint } from '../curves/curveModel';
import { scheduleValue } from '../curves/scheduleCurve';
import { ScheduleEditor, type ScheduleField } from '../curves/ScheduleEditor';
import { useForceTools } from '../forces/useForceTools';
import { useMedia } from '../shell/useMedia';

const SAMPLES = 120;

/** What was in force at the past steps of a run, its edits and its measured accuracies included. */
function pastOf(run: Run, path: string, upTo: number): CurvePoint[] {
  const stride = Math.max(1, Math.ceil(upTo / SAMPLES));
  const asRun: Experiment = { ...run.experiment, edits: run.edits };
  const points: CurvePoint[] = [];
  for (let step = 0; step <= upTo; step = step < upTo ? Math.min(upTo, step + stride) : upTo + 1) {
    const value = getField(applyEdits(asRun, Math.min(step, Math.max(0, upTo - 1))), path) as Scheduled;
    const accuracy = run.rows[Math.min(step, run.rows.length - 1)]?.correctRatio ?? 0;
    points.push({
      x: step,
      y: scheduleValue(value, step, { totalSteps: run.experiment.steps, frozenBefore: null, accuracy }),
    });
  }
  return points;
}

/** Whose weight a curve is; null for other curves. */
function weightOf({ path }: ScheduleField): keyof Mix | null {
  if (path === 'objective.positiveWeight') return 'positiveWeight';
  return path === 'objective.negativeWeight' ? 'negativeWeight' : null;
}

interface RunCurveProps {
  readonly field: ScheduleField;
  readonly height: number;
  /** This is the one above the charts. */
  readonly wide?: boolean;
}

export function RunCurve({ field, height, wide = false }: RunCurveProps): React.JSX.Element {
  const wideCurve = useSession((state) => state.wideCurve);
  const set = useSession((state) => state.set);
  const phone = useMedia('(max-width: 719px)');
  const { experiments } = useApp();
  const value = useStore(experiments, (state) => getField(state.experiment, field.path) as Scheduled);
  const panelSteps = useStore(experiments, (state) => state.experiment.steps);
  const weight = weightOf(field);
  const now = useForceTools();
  const made = weight === null ? null : (now?.tools.weightForces(now, weight, field.symbol) ?? null);
  const run = useRuns((state) => state.runs.find((candidate) => candidate.id === state.activeId) ?? null);
  const step = run && isUnderWay(run.status.phase) ? run.status.step : null;
  // Before the first rollout has ended nothing is past yet.
  const playhead = step !== null && step > 0 ? step : null;
  const runEdits = run?.edits;
  const past = useMemo(
    () => (run && playhead !== null ? pastOf(run, field.path, playhead) : []),
    [run, playhead, field.path],
  );
  const totalSteps = playhead !== null && run ? run.experiment.steps : panelSteps;
  const original = useMemo(() => {
    if (!run || !runEdits?.some((edit) => edit.path === field.path)) return null;
    const started = getField(run.experiment, field.path) as Scheduled;
    return Array.from({ length: SAMPLES + 1 }, (_, index) => {
      const x = (index / SAMPLES) * totalSteps;
      return { x, y: scheduleValue(started, x, { totalSteps, frozenBefore: null, accuracy: 0 }) };
    });
  }, [run, runEdits, field.path, totalSteps]);
  const markers = useMemo(
    () =>
      (run && runEdits ? editMarks(run) : []).flatMap(({ step: x, path, label, words }) =>
        path === field.path ? [{ x, label, words }] : [],
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- rows grow, marks follow the edits
    [run?.id, runEdits, field.path],
  );
  const widen = (): void => set({ wideCurve: wideCurve === field.path ? null : field.path });
  if (!wide && !phone && wideCurve === field.path)
    return (
      <p className="panel notice-row curve-away">
        <span>
          <i className="curve-symbol">{field.symbol}</i> {field.title} is above the charts.
        </span>
        <button type="button" className="button button-small" onClick={widen}>
          Bring it back
        </button>
      </p>
    );
  return (
    <ScheduleEditor
      field={field}
      value={value}
      totalSteps={Math.max(1, totalSteps)}
      playhead={playhead}
      accuracy={run?.rows.at(-1)?.correctRatio ?? 0.2}
      past={past}
      original={original}
      markers={markers}
      height={height}
      wide={wide}
      onWide={phone ? null : widen}
      hint={made?.hint ?? null}
      beneath={made?.beneath}
      onChange={(next) => experiments.getState().set(field.path, next)}
    />
  );
}
