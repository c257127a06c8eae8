/** The mapping confidence -> penalty weight as an editable curve; null is the flat line "every mistake weighs 1". What a kind's handles are, its definition says. */
import { evaluateMapping, findMapping, freeMapping } from '../../confidence/parts/registry';
import type { ParamSpec } from '../../experiment/paramSpec';
import type { ConfidenceSpec } from '../../experiment/types';
import type { Knot } from '../../lib/curve';
import { roundSignificant, type CurvePoint, type EditableCurve } from './curveModel';
import { knotsCurve, knotsKey, withValue } from './knotsCurve';
import { parameterHandles, withHandleAt, type ParameterPlot } from './parameterHandles';

type Mapping = ConfidenceSpec | null;

/** What the strip calls null. */
export const noMapping = 'none';

const gap = 0.02;
const freeKey = knotsKey(freeMapping.params) ?? '';

const paramsOf = (kind: string): readonly ParamSpec[] => findMapping(kind)?.params ?? [];

/** Weight of a mistake; a mapping with bad data draws as 1. */
export function mappingWeight(spec: Mapping, confidence: number): number {
  if (!spec) return 1;
  try {
    return evaluateMapping(spec, confidence);
  } catch {
    return 1;
  }
}

export function mappingCurve(spec: Mapping): EditableCurve<Mapping> {
  const key = spec && knotsKey(paramsOf(spec.kind));
  if (spec && key !== null && Array.isArray(spec[key])) return fromKnots(spec, key, spec[key] as Knot[]);
  const params = spec ? paramsOf(spec.kind) : [];
  return {
    value: spec,
    handles: spec ? parameterHandles(params, spec, plotOf(spec)) : [],
    evaluate: (x) => mappingWeight(spec, x),
    move: (id, to) => mappingCurve(spec && withHandleAt(params, spec, id, to, plotOf(spec))),
    add: (at: CurvePoint) => fromKnots(knotsMapping(spec, mappingKnots(spec)), freeKey, mappingKnots(spec)).add(at),
    remove: () => null,
    setEasing: () => null,
  };
}

function plotOf({ kind }: ConfidenceSpec): ParameterPlot {
  return { from: 0, to: 1, evaluate: (values, x) => mappingWeight({ ...values, kind }, x) };
}

/** The options that every kind has, without the parameters of one. */
function options(spec: Mapping): Pick<ConfidenceSpec, 'scope' | 'normalize'> {
  return {
    ...(spec?.scope === undefined ? {} : { scope: spec.scope }),
    ...(spec?.normalize === undefined ? {} : { normalize: spec.normalize }),
  };
}

function fromKnots(spec: ConfidenceSpec, key: string, knots: readonly Knot[]): EditableCurve<Mapping> {
  return withValue<readonly Knot[], Mapping>(
    knotsCurve(knots, { scale: 1, gap, frozenBefore: null }),
    (moved) => ({ ...spec, [key]: moved }),
    mappingWeight,
  );
}

const sampleAt = [0, 0.1, 0.25, 0.5, 0.75, 1] as const;

/** The same mapping as knots. */
export function mappingKnots(spec: Mapping): Knot[] {
  const key = spec && knotsKey(paramsOf(spec.kind));
  if (spec && key !== null && Array.isArray(spec[key])) return spec[key] as Knot[];
  const at = spec ? sampleAt : ([0, 1] as const);
  return at.map((x): Knot => [x, roundSignificant(mappingWeight(spec, x)), 'linear']);
}

/** Knots in place of the mapping, its options kept: of its own kind where that is made of knots, else of the free one. */
export function knotsMapping(spec: Mapping, knots: readonly Knot[]): ConfidenceSpec {
  const key = spec && knotsKey(paramsOf(spec.kind));
  if (spec && key !== null) return { ...spec, [key]: knots };
  return { kind: freeMapping.kind, ...options(spec), [freeKey]: knots };
}

/** Another kind of mapping, with the options kept and its own parameters at their defaults. */
export function convertMapping(spec: Mapping, kind: string): Mapping {
  if (kind === noMapping) return null;
  const entries = paramsOf(kind).flatMap((param): [string, unknown][] => {
    if (param.kind === 'knots') return [[param.key, mappingKnots(spec)]];
    return 'optional' in param && param.optional ? [] : [[param.key, param.default]];
  });
  return { kind, ...options(spec), ...Object.fromEntries(entries) };
}
