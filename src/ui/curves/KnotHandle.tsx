/** One handle of a curve: a 24 px target (44 on touch) drawn over the plot, with two visually hidden range inputs for keyboard and screen reader. */
import { useRef, useState } from 'react';
import type { AxisSpec, CurveHandle } from './curveModel';
import { formatTick } from './plotScale';

export type HandleAxis = 'x' | 'y';

interface KnotHandleProps {
  readonly curveTitle: string;
  readonly handle: CurveHandle;
  readonly pixelX: number;
  readonly pixelY: number;
  readonly xAxis: AxisSpec;
  readonly yAxis: AxisSpec;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onGrab: (event: React.PointerEvent<HTMLDivElement>) => void;
  readonly onMoveTo: (axis: HandleAxis, value: number) => void;
  readonly onNudge: (axis: HandleAxis, steps: number) => void;
  readonly onRemove: () => void;
  readonly onEnter: () => void;
}

/** Steps of one key press: Shift is coarse, Alt is fine. */
function keyFactor(event: React.KeyboardEvent): number {
  return event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
}

export function KnotHandle(props: KnotHandleProps): React.JSX.Element {
  const { handle, xAxis, yAxis } = props;
  const inputs = useRef<Partial<Record<HandleAxis, HTMLInputElement | null>>>({});
  // One tab stop per knot, as ColorArea does it: the axis used last takes the focus, the other is reached by its arrow keys.
  const [tabAxis, setTabAxis] = useState<HandleAxis>(handle.movesY ? 'y' : 'x');

  const nudge = (axis: HandleAxis, steps: number): void => {
    if (!(axis === 'x' ? handle.movesX : handle.movesY)) return;
    setTabAxis(axis);
    inputs.current[axis]?.focus();
    props.onNudge(axis, steps);
  };

  const onKeyDown = (axis: HandleAxis) => (event: React.KeyboardEvent<HTMLInputElement>) => {
    const factor = keyFactor(event);
    const actions: Record<string, (() => void) | undefined> = {
      ArrowLeft: () => nudge('x', -factor),
      ArrowRight: () => nudge('x', factor),
      ArrowDown: () => nudge('y', -factor),
      ArrowUp: () => nudge('y', factor),
      PageDown: () => nudge('y', -10),
      PageUp: () => nudge('y', 10),
      Home: () => props.onMoveTo(axis, axis === 'x' ? handle.xMin : yAxis.min),
      End: () => props.onMoveTo(axis, axis === 'x' ? handle.xMax : yAxis.max),
      Delete: props.onRemove,
      Backspace: props.onRemove,
      Enter: props.onEnter,
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const valueText = `${xAxis.noun} ${formatTick(handle.x)}, ${yAxis.noun} ${formatTick(handle.y)}`;
  const axes: readonly HandleAxis[] = [
    ...(handle.movesX ? (['x'] as const) : []),
    ...(handle.movesY ? (['y'] as const) : []),
  ];
  const classes = [
    'knot',
    props.selected && 'knot-selected',
    handle.frozen && 'knot-frozen',
    !handle.movesX && 'knot-vertical',
  ];

  return (
    <div
      role="group"
      aria-label={`${props.curveTitle}: ${handle.name}${handle.frozen ? ', in the past' : ''}`}
      className={classes.filter(Boolean).join(' ')}
      style={{ left: props.pixelX, top: props.pixelY }}
      onPointerDown={handle.frozen ? undefined : props.onGrab}
      data-handle={handle.id}
    >
      <span className="knot-dot" aria-hidden="true" />
      {axes.map((axis) => (
        <input
          key={axis}
          ref={(element) => {
            inputs.current[axis] = element;
          }}
          type="range"
          className="visually-hidden"
          tabIndex={tabAxis === axis || axes.length === 1 ? 0 : -1}
          disabled={handle.frozen}
          min={axis === 'x' ? handle.xMin : yAxis.min}
          max={axis === 'x' ? handle.xMax : yAxis.max}
          step="any"
          value={axis === 'x' ? handle.x : handle.y}
          aria-label={axis === 'x' ? xAxis.noun : yAxis.noun}
          aria-valuetext={valueText}
          onFocus={props.onSelect}
          onKeyDown={onKeyDown(axis)}
          onChange={(event) => props.onMoveTo(axis, event.target.valueAsNumber)}
        />
      ))}
    </div>
  );
}
