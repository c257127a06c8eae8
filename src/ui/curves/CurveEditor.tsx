/** A curve one can take hold of: by mouse, touch, keyboard or numbers. Knows nothing of schedules or mappings; an `EditableCurve` adapter does. */
import { useMemo, useRef } from 'react';
import { KnotHandle } from './KnotHandle';
import { KnotToolbar } from './KnotToolbar';
import { CurveCanvas, type CurveMarker } from './CurveCanvas';
import { clampTo, type AxisSpec, type CurvePoint, type EditableCurve } from './curveModel';
import { linearScale, logScale, type PlotScale } from './plotScale';
import { useCurveGesture } from './useCurveGesture';
import { usePlotSize } from './usePlotSize';

/** Of the plot, CSS pixels. */
export const MARGIN = { left: 34, right: 12, top: 14, bottom: 19 } as const;
const SAMPLES = 160;
const TAP_SLOP_PX = 4;

interface CurveEditorProps<Value> {
  readonly title: string;
  readonly curve: EditableCurve<Value>;
  readonly xAxis: AxisSpec;
  readonly yAxis: AxisSpec;
  /** Top of the plot; the hard range of the values is `yAxis`. */
  readonly yTop: number;
  readonly logFloor?: number;
  readonly logY?: boolean;
  readonly height?: number;
  /** Beside the plot, CSS pixels. */
  readonly margin?: { readonly left: number; readonly right: number };
  readonly tone: 'negative' | 'positive' | 'neutral';
  readonly easings?: readonly string[];
  readonly playhead?: number | null;
  /** What was in force at each past step. */
  readonly past?: readonly CurvePoint[];
  /** The curve as the run started, drawn faintly once it has been edited. */
  readonly original?: readonly CurvePoint[] | null;
  readonly band?: { readonly low: number; readonly high: number } | null;
  readonly markers?: readonly CurveMarker[];
  /** What the data ask for, drawn dotted. */
  readonly hint?: readonly CurvePoint[] | null;
  readonly underlay?: (x: PlotScale, y: PlotScale) => React.ReactNode;
  /** Under the plot; drawn anew with every move of a handle. */
  readonly beneath?: ((shown: EditableCurve<Value>) => React.ReactNode) | undefined;
  readonly onCommit: (value: Value) => void;
}

function sample(evaluate: (x: number) => number, from: number, to: number): CurvePoint[] {
  return Array.from({ length: SAMPLES + 1 }, (_, index) => {
    const x = from + ((to - from) * index) / SAMPLES;
    return { x, y: evaluate(x) };
  });
}

export function CurveEditor<Value>(props: CurveEditorProps<Value>): React.JSX.Element {
  const { xAxis, yAxis, yTop, height = 132, logY = false, playhead = null } = props;
  const { left, right } = props.margin ?? MARGIN;
  const [plot, width] = usePlotSize(330);
  const firstField = useRef<HTMLInputElement>(null);
  const press = useRef<{ x: number; y: number } | null>(null);

  const xScale = useMemo(
    () => linearScale(xAxis.min, xAxis.max, left, width - right, 5),
    [xAxis.min, xAxis.max, width, left, right],
  );
  const yScale = useMemo(
    () =>
      logY
        ? logScale(props.logFloor ?? yTop / 1e4, yTop, height - MARGIN.bottom, MARGIN.top)
        : linearScale(Math.min(0, yAxis.min), yTop, height - MARGIN.bottom, MARGIN.top, 3),
    [logY, props.logFloor, yTop, yAxis.min, height],
  );
  const gesture = useCurveGesture({
    curve: props.curve,
    xAxis,
    yAxis,
    xScale,
    yScale,
    logY,
    plot,
    onCommit: props.onCommit,
  });
  const { shown, before } = gesture;
  const from = playhead ?? xAxis.min;
  const line = useMemo(() => sample((x) => shown.evaluate(x), from, xAxis.max), [shown, from, xAxis.max]);
  const ghost = useMemo(
    () => (before ? sample((x) => before.evaluate(x), from, xAxis.max) : null),
    [before, from, xAxis.max],
  );
  const chosen = shown.handles.find((handle) => handle.id === gesture.selected);

  const addAt = (event: React.PointerEvent<HTMLDivElement>): void => {
    const start = press.current;
    press.current = null;
    const box = plot.current?.getBoundingClientRect();
    if (!start || !box || Math.hypot(event.clientX - start.x, event.clientY - start.y) > TAP_SLOP_PX) return;
    const x = xScale.toValue(event.clientX - box.left);
    if (x < from || x > xAxis.max) return;
    gesture.add({ x, y: clampTo(yScale.toValue(event.clientY - box.top), yAxis.min, yAxis.max) });
  };

  return (
    <div className="curve-editor">
      <div
        ref={plot}
        className="curve-plot"
        style={{ height }}
        onPointerDown={(event) => {
          press.current =
            event.target instanceof Element && event.target.closest('.knot')
              ? null
              : { x: event.clientX, y: event.clientY };
        }}
        onPointerUp={addAt}
        onPointerCancel={() => {
          press.current = null;
        }}
      >
        <CurveCanvas
          width={width}
          height={height}
          {...MARGIN}
          left={left}
          right={right}
          xScale={xScale}
          yScale={yScale}
          line={line}
          ghost={ghost ?? props.original ?? null}
          hint={props.hint ?? null}
          past={props.past ?? []}
          band={props.band ? { ...props.band, from } : null}
          playhead={playhead === null ? null : { x: playhead, y: shown.evaluate(playhead) }}
          markers={props.markers ?? []}
          tone={props.tone}
          underlay={props.underlay?.(xScale, yScale)}
        />
        {shown.handles.map((handle) => (
          <KnotHandle
            key={handle.id}
            curveTitle={props.title}
            handle={handle}
            pixelX={xScale.toPixel(handle.x)}
            pixelY={clampTo(yScale.toPixel(handle.y), 4, height)}
            xAxis={xAxis}
            yAxis={yAxis}
            selected={handle.id === gesture.selected}
            onSelect={() => gesture.select(handle.id)}
            onGrab={(event) => gesture.grab(handle.id, event)}
            onMoveTo={(axis, value) => gesture.moveTo(handle.id, axis, value)}
            onNudge={(axis, steps) => gesture.nudge(handle.id, axis, steps)}
            onRemove={() => gesture.remove(handle.id)}
            onEnter={() => firstField.current?.select()}
          />
        ))}
      </div>
      {props.beneath?.(shown)}
      {chosen && !chosen.frozen && (
        <KnotToolbar
          curveTitle={props.title}
          handle={chosen}
          xAxis={xAxis}
          yAxis={yAxis}
          easings={props.easings ?? []}
          firstField={firstField}
          onMoveTo={(axis, value) => gesture.moveTo(chosen.id, axis, value)}
          onNudge={(axis, steps) => gesture.nudge(chosen.id, axis, steps)}
          onEasing={(easing) => gesture.setEasing(chosen.id, easing)}
          onRemove={() => gesture.remove(chosen.id)}
          onClose={() => gesture.select(null)}
        />
      )}
    </div>
  );
}
