/** A scheduled quantity as an editable curve over rollout steps. Parametric kinds keep their parameters as handles; bending one in the middle, or during a run, turns it into knots. What a kind's handles are, its definition says. */
import type { ParamSpec } from '../../experiment/paramSpec';
import type { Scheduled, ScheduleSpec } from '../../experiment/types';
import type { Knot } from '../../lib/curve';
import { evaluateSchedule, findSchedule, freeSchedule, plainSchedule } from '../../schedules/parts/registry';
import { roundSignificant, type CurvePoint, type EditableCurve } from './curveModel';
import { endsAsKnots, knotsCurve, knotsKey, withValue } from './knotsCurve';
import { parameterHandles, withHandleAt, type ParameterPlot } from './parameterHandles';

export interface ScheduleFrame {
  readonly totalSteps: number;
  /** Rollout step from which an edit would act, null before a run. */
  readonly frozenBefore: number | null;
  /** Accuracy of the last rollout batch, for accuracy-driven curves. */
  readonly accuracy: number;
}

export const kindOf = (scheduled: Scheduled): string =>
  typeof scheduled === 'number' ? plainSchedule.kind : scheduled.kind;

/** Whether the kind is written as a plain number. */
export const isPlain = (kind: string): boolean => kind === plainSchedule.kind;

/** A plain number as the kind that it stands for. */
const asSpec = (scheduled: Scheduled): ScheduleSpec =>
  typeof scheduled === 'number' ? { kind: plainSchedule.kind, [plainSchedule.plain ?? '']: scheduled } : scheduled;

const paramsOf = (kind: string): readonly ParamSpec[] => findSchedule(kind)?.params ?? [];

/** Value at a step; NaN never: a curve with bad data draws as 0. */
export function scheduleValue(scheduled: Scheduled, step: number, frame: ScheduleFrame): number {
  try {
    const value = evaluateSchedule(scheduled, { step, totalSteps: frame.totalSteps, accuracy: frame.accuracy });
    return Number.isFinite(value) ? value : 0;
  } catch {
    return 0;
  }
}

/** Knots in place of the curve: of its own kind where that is made of knots, else of the free one. */
export function knotsSchedule(scheduled: Scheduled, knots: readonly Knot[]): Scheduled {
  const spec = asSpec(scheduled);
  const key = knotsKey(paramsOf(spec.kind));
  return key === null ? freeSpec(knots) : { ...spec, [key]: knots };
}

const freeSpec = (knots: readonly Knot[]): ScheduleSpec => ({
  kind: freeSchedule.kind,
  [knotsKey(freeSchedule.params) ?? '']: knots,
});

/** Bounds of a curve whose value the plot cannot know beforehand, or null. */
export function scheduleBand(scheduled: Scheduled): { readonly low: number; readonly high: number } | null {
  const band = findSchedule(kindOf(scheduled))?.band;
  if (!band || typeof scheduled === 'number') return null;
  return { low: Number(scheduled[band[0]]), high: Number(scheduled[band[1]]) };
}

export function scheduleCurve(scheduled: Scheduled, frame: ScheduleFrame): EditableCurve<Scheduled> {
  const spec = asSpec(scheduled);
  const definition = findSchedule(spec.kind);
  const key = knotsKey(paramsOf(spec.kind));
  if (key !== null) return fromKnots(spec, key, knotsIn(spec, key), frame);
  // During a run a curve that follows the step is bent from the playhead on: its past values must stay what they were.
  if (frame.frozenBefore !== null && definition?.timeless !== true) {
    return { ...bent(scheduled, frame), value: scheduled, evaluate: (x) => scheduleValue(scheduled, x, frame) };
  }
  return fromParameters(scheduled, frame);
}

const gap = 1;

function fromKnots(
  spec: ScheduleSpec,
  key: string,
  knots: readonly Knot[],
  frame: ScheduleFrame,
): EditableCurve<Scheduled> {
  const curve = knotsCurve(knots, { scale: frame.totalSteps, gap, frozenBefore: frame.frozenBefore });
  return withValue(
    curve,
    (moved) => ({ ...spec, [key]: moved }),
    (value, x) => scheduleValue(value, x, frame),
  );
}

/** The curve as one of the free kind. */
function bent(scheduled: Scheduled, frame: ScheduleFrame): EditableCurve<Scheduled> {
  const knots = asKnots(scheduled, frame);
  return fromKnots(freeSpec(knots), knotsKey(freeSchedule.params) ?? '', knots, frame);
}

/** Handles on the parameters themselves. */
function fromParameters(scheduled: Scheduled, frame: ScheduleFrame): EditableCurve<Scheduled> {
  const spec = asSpec(scheduled);
  const params = paramsOf(spec.kind);
  const plot: ParameterPlot = {
    from: frame.frozenBefore ?? 0,
    to: frame.totalSteps,
    evaluate: (values, x) => scheduleValue({ ...values, kind: spec.kind }, x, frame),
  };
  return {
    value: scheduled,
    handles: parameterHandles(params, spec, plot),
    evaluate: (x) => scheduleValue(scheduled, x, frame),
    move: (id, to) => scheduleCurve(stored(withHandleAt(params, spec, id, to, plot)), frame),
    add: (at: CurvePoint) => bent(scheduled, frame).add(at),
    remove: () => null,
    setEasing: () => null,
  };
}

/** As the experiment keeps it: the kind for plain numbers as one. */
function stored(spec: ScheduleSpec): Scheduled {
  const value = spec[plainSchedule.plain ?? ''];
  return isPlain(spec.kind) && typeof value === 'number' ? value : spec;
}

/** The same curve as knots, from the playhead on; exact for constant, linear, cosine and step, close for the others. */
export function asKnots(scheduled: Scheduled, frame: ScheduleFrame): Knot[] {
  const spec = asSpec(scheduled);
  const key = knotsKey(paramsOf(spec.kind));
  if (key !== null) return knotsIn(spec, key);
  const definition = findSchedule(spec.kind);
  const T = frame.totalSteps;
  const from = frame.frozenBefore ?? 0;
  const knots = endsAsKnots((x) => scheduleValue(scheduled, x, frame), from, T, T, definition?.easing ?? 'linear');
  const inner = (definition?.innerKnots?.(spec) ?? []).filter(([share]) => share * T > from && share < 1);
  return knots.toSpliced(1, 0, ...inner.map(([share, y, easing]): Knot => [share, roundSignificant(y), easing]));
}

const knotsIn = (spec: ScheduleSpec, key: string): Knot[] => (Array.isArray(spec[key]) ? (spec[key] as Knot[]) : []);

/** Another kind of curve that begins and ends where this one does, as far as it can. */
export function convertSchedule(scheduled: Scheduled, kind: string, frame: ScheduleFrame): Scheduled {
  const start = roundSignificant(scheduleValue(scheduled, frame.frozenBefore ?? 0, frame));
  const finish = roundSignificant(scheduleValue(scheduled, frame.totalSteps, frame));
  // From a flat line a new shape would be invisible: fall to half.
  const end = finish === start ? roundSignificant(start / 2) : finish;
  const taken = { start, end, lowest: Math.min(start, end), highest: Math.max(start, end) };
  const entries = paramsOf(kind).flatMap((param): [string, unknown][] => {
    if (param.kind === 'knots') return [[param.key, asKnots(scheduled, frame)]];
    if (param.kind !== 'number' && param.kind !== 'integer') return [[param.key, param.default]];
    if (param.optional) return [];
    return [[param.key, param.takesOver ? taken[param.takesOver] : param.default]];
  });
  return stored({ kind, ...Object.fromEntries(entries) });
}
