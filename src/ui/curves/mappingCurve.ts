/** The mapping confidence -> penalty weight as an editable curve; null is the flat line "every mistake weighs 1". */
import { evaluateMapping, mappings } from '../../confidence/parts/registry';
import type { ConfidenceSpec } from '../../experiment/types';
import type { Knot } from '../../lib/curve';
import { clampTo, roundSignificant, type CurveHandle, type CurvePoint, type EditableCurve } from './curveModel';
import { knotsCurve } from './knotsCurve';

type Mapping = ConfidenceSpec | null;

const gap = 0.02;

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
  if (spec?.kind === 'curve' && Array.isArray(spec['knots'])) return fromKnots(spec, spec['knots'] as Knot[]);
  const handles = spec ? parameterHandles(spec) : [];
  return {
    value: spec,
    handles,
    evaluate: (x) => mappingWeight(spec, x),
    move: (id, to) => mappingCurve(spec ? moved(spec, id, to) : null),
    add: (at: CurvePoint) => fromKnots(options(spec), mappingKnots(spec)).add(at),
    remove: () => null,
    setEasing: () => null,
  };
}

/** The options that every kind has, without the parameters of one. */
function options(spec: Mapping): ConfidenceSpec {
  return {
    kind: 'curve',
    ...(spec?.scope === undefined ? {} : { scope: spec.scope }),
    ...(spec?.normalize === undefined ? {} : { normalize: spec.normalize }),
  };
}

function fromKnots(base: ConfidenceSpec, knots: readonly Knot[]): EditableCurve<Mapping> {
  const wrap = (curve: EditableCurve<readonly Knot[]>): EditableCurve<Mapping> => ({
    value: { ...options(base), knots: curve.value },
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
  return wrap(knotsCurve(knots, { scale: 1, gap, frozenBefore: null }));
}

/** Where the exponent is taken hold of: the weight at confidence 1/2. */
const gammaX = 0.5;

function parameterHandles(spec: ConfidenceSpec): CurveHandle[] {
  const params = mappings.find((definition) => definition.kind === spec.kind)?.params ?? [];
  return params.flatMap((param): CurveHandle[] => {
    if (param.kind !== 'number') return [];
    const stored = spec[param.key];
    const value = typeof stored === 'number' ? stored : param.default;
    const common = {
      id: param.key,
      name: param.label.toLowerCase(),
      xMin: 0,
      xMax: 1,
      removable: false,
      frozen: false,
    };
    if (['min', 'from', 'low'].includes(param.key)) return [{ ...common, x: 0, y: value, movesX: false, movesY: true }];
    if (['max', 'to', 'high'].includes(param.key)) return [{ ...common, x: 1, y: value, movesX: false, movesY: true }];
    if (param.key === 'gamma') return [{ ...common, x: gammaX, y: gammaX ** value, movesX: false, movesY: true }];
    if (param.min === 0 && param.max === 1)
      return [{ ...common, x: value, y: mappingWeight(spec, value), movesX: true, movesY: false }];
    return [];
  });
}

function moved(spec: ConfidenceSpec, id: string, to: CurvePoint): ConfidenceSpec {
  const handle = parameterHandles(spec).find((candidate) => candidate.id === id);
  if (!handle) return spec;
  if (id === 'gamma')
    return { ...spec, gamma: roundSignificant(clampTo(Math.log(clampTo(to.y, 1e-3, 1)) / Math.log(gammaX), 0, 10)) };
  return { ...spec, [id]: roundSignificant(handle.movesX ? clampTo(to.x, 0, 1) : to.y) };
}

const sampleAt = [0, 0.1, 0.25, 0.5, 0.75, 1] as const;

/** The same mapping as knots. */
export function mappingKnots(spec: Mapping): Knot[] {
  if (spec?.kind === 'curve' && Array.isArray(spec['knots'])) return spec['knots'] as Knot[];
  const at = spec ? sampleAt : ([0, 1] as const);
  return at.map((x): Knot => [x, roundSignificant(mappingWeight(spec, x)), 'linear']);
}

/** Another kind of mapping, with the options kept and its own parameters at their defaults. */
export function convertMapping(spec: Mapping, kind: string): Mapping {
  if (kind === 'none') return null;
  const { kind: _dropped, ...kept } = options(spec);
  if (kind === 'curve') return { kind, ...kept, knots: mappingKnots(spec) };
  const params = mappings.find((definition) => definition.kind === kind)?.params ?? [];
  const entries = params.flatMap((param): [string, unknown][] =>
    'optional' in param && param.optional ? [] : [[param.key, param.default]],
  );
  return { kind, ...kept, ...Object.fromEntries(entries) };
}
