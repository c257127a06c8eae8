/** The curves of the experiment one above the other on one time axis, then the confidence mapping. */
import { Suspense, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Mix } from '../../records/forceForecast';
import { applyEdits } from '../../experiment/edits';
import { findField } from '../../experiment/fields';
import { getField } from '../../experiment/paths';
import type { Experiment, Scheduled } from '../../experiment/types';
import { useRuns, type Run } from '../../store/runs/runs';
import { editMarks } from '../../store/runs/editMarks';
import { useSession } from '../../store/session';
import { isUnderWay } from '../../store/run/phases';
import { useApp } from '../appContext';
import { Disclosure } from '../controls/Disclosure';
import { lazyPart } from '../controls/lazyPart';
import type { CurvePoint } from '../curves/curveModel';
import { MappingEditor } from '../curves/MappingEditor';
import { scheduleValue } from '../curves/scheduleCurve';
import { ScheduleEditor, type ScheduleField } from '../curves/ScheduleEditor';
import { useForceTools } from '../forces/useForceTools';

// Not part of the first load.
const ClassForces = lazyPart(() => import('../forces/ClassForces').then((file) => file.ClassForces));
const ForcesCard = lazyPart(() => import('../forces/ForcesCard').then((file) => file.ForcesCard));

const signed: readonly ScheduleField[] = [
  {
    path: 'objective.negativeWeight',
    title: 'Penalty of mistakes',
    symbol: 'β',
    noun: 'penalty',
    tone: 'negative',
    leastTop: 2,
    step: 0.05,
    logY: false,
  },
  {
    path: 'objective.positiveWeight',
    title: 'Reward if right',
    symbol: 'λ',
    noun: 'reward',
    tone: 'positive',
    leastTop: 1,
    step: 0.05,
    logY: false,
  },
].map(withSpec);
const folded: readonly ScheduleField[] = [
  {
    path: 'optimizer.learningRate',
    title: 'Learning rate',
    symbol: 'η',
    noun: 'learning rate',
    tone: 'neutral',
    leastTop: 2e-4,
    step: 1e-5,
    logY: false,
  },
  {
    path: 'sampling.temperature',
    title: 'Temperature',
    symbol: 'T',
    noun: 'temperature',
    tone: 'neutral',
    leastTop: 1.5,
    step: 0.05,
    logY: false,
  },
].map(withSpec);

type Drawn = Omit<ScheduleField, 'help' | 'min' | 'max' | 'tone'> & { readonly tone: string };

/** Range and words come from the experiment's schema. */
function withSpec(field: Drawn): ScheduleField {
  const spec = findField(field.path);
  const range = spec && 'min' in spec ? { min: spec.min, max: spec.max } : { min: 0, max: 10 };
  return { ...field, tone: field.tone as ScheduleField['tone'], help: spec?.help ?? '', ...range };
}

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

export function CurvesPanel(): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const algorithm = useStore(experiments, (state) => state.experiment.objective.algorithm);
  const openSections = useSession((state) => state.openSections);
  const set = useSession((state) => state.set);
  const chosen = catalogue.algorithms.find((entry) => entry.id === algorithm);
  const usesSigned = chosen?.uses.includes('negativeWeight') === true;
  return (
    <div className="curves-panel">
      {usesSigned ? (
        signed.map((field) => <RunCurve key={field.path} field={field} height={118} />)
      ) : (
        <>
          <p className="panel notice">λ, β and the confidence mapping play no part in {chosen?.label ?? algorithm}.</p>
          <Suspense fallback={null}>
            <ClassForces />
          </Suspense>
        </>
      )}
      {usesSigned && <Mapping />}
      <Suspense fallback={null}>
        <ForcesCard />
      </Suspense>
      {folded.map((field) => (
        <Disclosure
          key={field.path}
          title={field.title}
          open={openSections[field.path] ?? false}
          onToggle={(open) => set({ openSections: { ...openSections, [field.path]: open } })}
        >
          <RunCurve field={field} height={104} />
        </Disclosure>
      ))}
    </div>
  );
}

/** The k that the suggested mapping raises at first: what negative reinforcement is for. */
const firstWantedK = 64;

function Mapping(): React.JSX.Element {
  const { experiments } = useApp();
  const confidence = useStore(experiments, (state) => state.experiment.objective.confidence);
  const histogram = useRuns((state) => state.histogram);
  const [wantedK, setWantedK] = useState(firstWantedK);
  const now = useForceTools();
  const made = now?.tools.mappingForces(now, wantedK, setWantedK) ?? null;
  return (
    <MappingEditor
      value={confidence}
      histogram={histogram}
      height={112}
      hint={made?.hint ?? null}
      beneath={made?.beneath}
      onChange={(value) => experiments.getState().set('objective.confidence', value)}
    />
  );
}

/** Whose weight a curve is; null for other curves. */
function weightOf({ path }: ScheduleField): keyof Mix | null {
  if (path === 'objective.positiveWeight') return 'positiveWeight';
  return path === 'objective.negativeWeight' ? 'negativeWeight' : null;
}

function RunCurve({ field, height }: { readonly field: ScheduleField; readonly height: number }): React.JSX.Element {
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
      hint={made?.hint ?? null}
      beneath={made?.beneath}
      onChange={(next) => experiments.getState().set(field.path, next)}
    />
  );
}
