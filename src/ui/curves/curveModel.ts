/** What the curve editor knows of a curve: handles to move, a function to draw. The adapters (`scheduleCurve.ts`, `mappingCurve.ts`) translate to and from the experiment's own data. */

export interface CurveHandle {
  /** Stable while the handle is being moved. */
  readonly id: string;
  /** What it is, in words: "knot 2", "start", "floor". */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly movesX: boolean;
  readonly movesY: boolean;
  /** Where x may go: between the neighbours. */
  readonly xMin: number;
  readonly xMax: number;
  readonly removable: boolean;
  /** Lies in the past of a run: shown, cannot be moved. */
  readonly frozen: boolean;
  /** Interpolation from this knot to the next; absent where the curve has none. */
  readonly easing?: string;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** A curve as the editor works on it. Every editing method returns a new curve, or null when the gesture has no meaning for it. */
export interface EditableCurve<Value> {
  readonly value: Value;
  readonly handles: readonly CurveHandle[];
  evaluate(x: number): number;
  move(id: string, to: CurvePoint): EditableCurve<Value>;
  add(at: CurvePoint): { readonly curve: EditableCurve<Value>; readonly id: string } | null;
  remove(id: string): EditableCurve<Value> | null;
  setEasing(id: string, easing: string): EditableCurve<Value> | null;
}

/** One axis of the plot and of the handles' range inputs. */
export interface AxisSpec {
  readonly min: number;
  readonly max: number;
  /** Size of one arrow-key step and of Ctrl-snapping. */
  readonly step: number;
  /** For value text: "step", "penalty". */
  readonly noun: string;
}

/** A drag stores 4 significant digits (docs/behaviour.md, Curve editors): links stay short and the run uses what is stored. */
export function roundSignificant(value: number): number {
  return value === 0 || !Number.isFinite(value) ? 0 : Number(value.toPrecision(4));
}

export function clampTo(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
