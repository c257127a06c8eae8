/** A scheduled quantity as an editable curve over rollout steps. Parametric kinds keep their parameters as handles; bending one in the middle, or during a run, turns it into knots. */
import type { Scheduled, ScheduleSpec } from '../../experiment/types';
import type { Easing, Knot } from '../../lib/curve';
import { evaluateSchedule, schedules } from '../../schedules/parts/registry';
import { clampTo, roundSignificant, type CurveHandle, type CurvePoint, type EditableCurve } from './curveModel';
import { endsAsKnots, knotsCurve } from './knotsCurve';

export interface ScheduleFrame {
  readonly totalSteps: number;
  /** Rollout step from which an edit would act, null before a run. */
  readonly frozenBefore: number | null;
  /** Accuracy of the last rollout batch, for accuracy-driven curves. */
  readonly accuracy: number;
}

export const kindOf = (scheduled: Scheduled): string => (typeof scheduled === 'number' ? 'constant' : scheduled.kind);

/** Value at a step; NaN never: a curve with bad data draws as 0. */
export function scheduleValue(scheduled: Scheduled, step: number, frame: ScheduleFrame): number {
  try {
    const value = evaluateSchedule(scheduled, { step, totalSteps: frame.totalSteps, accuracy: frame.accuracy });
    return Number.isFinite(value) ? value : 0;
  } catch {
    return 0;
  }
}

export function scheduleCurve(scheduled: Scheduled, frame: ScheduleFrame): EditableCurve<Scheduled> {
  const kind = kindOf(scheduled);
  if (kind === 'piecewise') return fromKnots(readKnotList(scheduled), frame);
  // During a run a parametric curve is bent from the playhead on: its past values must stay what they were.
  if (frame.frozenBefore !== null && kind !== 'constant' && kind !== 'accuracy') {
    return {
      ...fromKnots(asKnots(scheduled, frame), frame),
      value: scheduled,
      evaluate: (x) => scheduleValue(scheduled, x, frame),
    };
  }
  return fromParameters(scheduled, frame);
}

const gap = 1;

function fromKnots(knots: readonly Knot[], frame: ScheduleFrame): EditableCurve<Scheduled> {
  const inner = knotsCurve(knots, { scale: frame.totalSteps, gap, frozenBefore: frame.frozenBefore });
  const wrap = (curve: EditableCurve<readonly Knot[]>): EditableCurve<Scheduled> => ({
    value: { kind: 'piecewise', knots: curve.value },
    handles: curve.handles,
    evaluate: curve.evaluate,
    move: (id, to) => wrap(curve.move(id, to)),
    add: (at) => {
      const added = curve.add(at);
      return added && { curve: wrap(added.curve), id: added.id };
    },
    remove: (id) => {
      const next = curve.remove(id);
      return next && wrap(next);
    },
    setEasing: (id, easing) => {
      const next = curve.setEasing(id, easing);
      return next && wrap(next);
    },
  });
  return wrap(inner);
}

/** Handles on the parameters themselves: role `value` moves in y, a share of T moves in x. */
function fromParameters(scheduled: Scheduled, frame: ScheduleFrame): EditableCurve<Scheduled> {
  const T = frame.totalSteps;
  const spec: ScheduleSpec = typeof scheduled === 'number' ? { kind: 'constant', value: scheduled } : scheduled;
  const definition = schedules.find((candidate) => candidate.kind === spec.kind);
  const read = (key: string, fallback: number): number => (typeof spec[key] === 'number' ? spec[key] : fallback);
  const free = frame.frozenBefore ?? 0;
  const handles: CurveHandle[] = (definition?.params ?? []).flatMap((param): CurveHandle[] => {
    const common = {
      id: param.key,
      name: param.label.toLowerCase(),
      removable: false,
      frozen: false,
      xMin: 0,
      xMax: T,
    };
    if (param.kind !== 'number') return [];
    if (param.role === 'value') {
      const x =
        param.key === 'from' ? 0 : param.key === 'to' ? T : free + (T - free) * (param.key === 'min' ? 0.8 : 0.5);
      return [{ ...common, x, y: read(param.key, param.default), movesX: false, movesY: true }];
    }
    if (param.unit !== 'of T') return [];
    const x = read(param.key, param.default) * T;
    return [{ ...common, x, y: (read('from', 1) + read('to', 1)) / 2, movesX: true, movesY: false }];
  });
  const withValue = (key: string, value: number): Scheduled =>
    spec.kind === 'constant' ? value : { ...spec, [key]: value };
  return {
    value: scheduled,
    handles,
    evaluate: (x) => scheduleValue(scheduled, x, frame),
    move: (id, to) => {
      const handle = handles.find((candidate) => candidate.id === id);
      if (!handle) return scheduleCurve(scheduled, frame);
      return scheduleCurve(withValue(id, handle.movesY ? to.y : clampTo(roundSignificant(to.x / T), 0, 1)), frame);
    },
    add: (at: CurvePoint) => fromKnots(asKnots(scheduled, frame), frame).add(at),
    remove: () => null,
    setEasing: () => null,
  };
}

const easingOf: Readonly<Record<string, Easing>> = {
  exponential: 'exponential',
  cosine: 'cosine',
  sigmoid: 'cosine',
  step: 'step',
};

/** The same curve as knots, from the playhead on; exact for constant, linear and cosine, close for the others. */
export function asKnots(scheduled: Scheduled, frame: ScheduleFrame): Knot[] {
  const kind = kindOf(scheduled);
  if (kind === 'piecewise') return readKnotList(scheduled);
  const T = frame.totalSteps;
  const from = frame.frozenBefore ?? 0;
  const value = (x: number): number => scheduleValue(scheduled, x, frame);
  const knots = endsAsKnots(value, from, T, T, easingOf[kind] ?? 'linear');
  const at =
    typeof scheduled !== 'number' && kind === 'step' && typeof scheduled['at'] === 'number' ? scheduled['at'] : null;
  const jumps = at !== null && at * T > from && at < 1;
  return jumps ? knots.toSpliced(1, 0, [at, roundSignificant(value(T)), 'step']) : knots;
}

function readKnotList(scheduled: Scheduled): Knot[] {
  const knots = typeof scheduled === 'number' ? [] : scheduled['knots'];
  return Array.isArray(knots) ? (knots as Knot[]) : [];
}

/** Another kind of curve that begins and ends where this one does, as far as it can. */
export function convertSchedule(scheduled: Scheduled, kind: string, frame: ScheduleFrame): Scheduled {
  const start = roundSignificant(scheduleValue(scheduled, frame.frozenBefore ?? 0, frame));
  const finish = roundSignificant(scheduleValue(scheduled, frame.totalSteps, frame));
  // From a flat line a new shape would be invisible: fall to half.
  const end = finish === start ? roundSignificant(start / 2) : finish;
  if (kind === 'constant') return start;
  if (kind === 'piecewise') return { kind, knots: asKnots(scheduled, frame) };
  const bounds: Record<string, number> = { from: start, to: end, min: Math.min(start, end), max: Math.max(start, end) };
  const params = schedules.find((definition) => definition.kind === kind)?.params ?? [];
  const entries = params.flatMap((param): [string, unknown][] =>
    param.kind === 'number' && param.optional ? [] : [[param.key, bounds[param.key] ?? param.default]],
  );
  return { kind, ...Object.fromEntries(entries) };
}
