/** Handles on the parameters of a curve, as their specs describe them (`HandleSpec`): the one place that knows what a handle does. */
import type { HandleSpec, NumberSpec, ParamSpec } from '../../experiment/paramSpec';
import { clampTo, roundSignificant, type CurveHandle, type CurvePoint } from './curveModel';

type Values = Readonly<Record<string, unknown>>;

/** The plot under the handles, and the curve for any values of the parameters. */
export interface ParameterPlot {
  /** Where what can be changed begins and where the axis ends, plot units; the axis begins at 0. */
  readonly from: number;
  readonly to: number;
  evaluate(values: Values, x: number): number;
}

const isNumber = (param: ParamSpec): param is NumberSpec => param.kind === 'number' || param.kind === 'integer';

type HandledSpec = NumberSpec & { readonly handle: HandleSpec };

const isHandled = (param: ParamSpec): param is HandledSpec => isNumber(param) && param.handle !== undefined;

const read = (values: Values, { key, default: fallback }: NumberSpec): number => {
  const stored = values[key];
  return typeof stored === 'number' ? stored : fallback;
};

/** Parameters without a place on the plot: fields beside it. */
export function fieldParams(params: readonly ParamSpec[]): readonly Exclude<ParamSpec, { readonly kind: 'knots' }>[] {
  return params.filter((param) => param.kind !== 'knots').filter((param) => !isHandled(param));
}

export function parameterHandles(params: readonly ParamSpec[], values: Values, plot: ParameterPlot): CurveHandle[] {
  return params.filter(isHandled).map((param): CurveHandle => {
    const movesX = param.handle.moves === 'x';
    return {
      id: param.key,
      name: param.label.toLowerCase(),
      ...placeOf(param, params, values, plot),
      movesX,
      movesY: !movesX,
      xMin: movesX ? Math.max(0, param.min) * plot.to : 0,
      xMax: movesX ? Math.min(1, param.max) * plot.to : plot.to,
      removable: false,
      frozen: false,
    };
  });
}

/** The values after a parameter's handle was moved; unchanged where it has none. */
export function withHandleAt<Spec extends Values>(
  params: readonly ParamSpec[],
  values: Spec,
  id: string,
  at: CurvePoint,
  plot: ParameterPlot,
): Spec {
  const param = params.filter(isHandled).find(({ key }) => key === id);
  if (!param) return values;
  const moved = roundSignificant(valueAt(param, values, at, plot));
  return { ...values, [id]: param.kind === 'integer' ? Math.round(moved) : moved };
}

/** x of a handle that only moves up and down: its share of the part that can be changed. */
const fixedX = (share: number, { from, to }: ParameterPlot): number => from + (to - from) * share;

function placeOf(param: HandledSpec, params: readonly ParamSpec[], values: Values, plot: ParameterPlot): CurvePoint {
  const value = read(values, param);
  const { handle } = param;
  if (handle.moves === 'x') {
    const x = value * plot.to;
    return { x, y: handle.y === 'between' ? meanOfValues(params, values) : plot.evaluate(values, x) };
  }
  const { x: share, y: height } = handle;
  const x = fixedX(share, plot);
  switch (height) {
    case 'power':
      return { x, y: share ** value };
    case 'curve':
      return { x, y: plot.evaluate(values, x) };
    case 'value':
      return { x, y: value };
    default:
      return height satisfies never;
  }
}

/** Height midway between the handles that show their own value. */
function meanOfValues(params: readonly ParamSpec[], values: Values): number {
  const heights = params
    .filter(isHandled)
    .flatMap((param) => (param.handle.moves === 'y' && param.handle.y === 'value' ? [read(values, param)] : []));
  return heights.length === 0 ? 0 : heights.reduce((total, height) => total + height, 0) / heights.length;
}

/** Smallest height at which an exponent is taken hold of: its logarithm must exist. */
const leastPower = 1e-3;

function valueAt(param: HandledSpec, values: Values, at: CurvePoint, plot: ParameterPlot): number {
  const { handle, min, max } = param;
  if (handle.moves === 'x') return clampTo(at.x / plot.to, min, max);
  const { x: share, y: height } = handle;
  switch (height) {
    case 'power':
      return clampTo(Math.log(clampTo(at.y, leastPower, 1)) / Math.log(share), min, max);
    case 'curve':
      return through(param, values, { x: fixedX(share, plot), y: at.y }, plot);
    case 'value':
      // The field that holds the curve has the range of what lies on its value axis; the editor keeps to it.
      return param.role === 'value' ? at.y : clampTo(at.y, min, max);
    default:
      return height satisfies never;
  }
}

/** Halvings of the parameter's range: more than the 4 digits that a drag keeps, even of a range like 0 to 1e6. */
const halvings = 48;

/** The parameter's value for which the curve goes through a point, by bisection; the end of its range that comes nearer where none does.
 * Takes for granted that the curve's height at one x only rises or only falls with the parameter. */
function through(param: NumberSpec, values: Values, at: CurvePoint, plot: ParameterPlot): number {
  const height = (value: number): number => plot.evaluate({ ...values, [param.key]: value }, at.x);
  let low = param.min;
  let high = param.max;
  const rises = height(high) >= height(low);
  const isBelow = (value: number): boolean => (rises ? height(value) < at.y : height(value) > at.y);
  if (!isBelow(low)) return low;
  if (isBelow(high)) return high;
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
