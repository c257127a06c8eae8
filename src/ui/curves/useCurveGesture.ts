/** One gesture on a curve, by pointer or keyboard: a draft while it lasts, one committed value (one undo step, one recorded edit) when it ends. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { clampTo, roundSignificant, type AxisSpec, type CurvePoint, type EditableCurve } from './curveModel';
import type { PlotScale } from './plotScale';
import type { HandleAxis } from './KnotHandle';

/** A burst of key presses is one gesture: it ends after this pause. */
const KEY_PAUSE_MS = 350;
const DOUBLE_TAP_MS = 350;
const DRAG_THRESHOLD_PX = 3;

interface GestureInput<Value> {
  readonly curve: EditableCurve<Value>;
  readonly xAxis: AxisSpec;
  readonly yAxis: AxisSpec;
  readonly xScale: PlotScale;
  readonly yScale: PlotScale;
  readonly logY: boolean;
  readonly plot: React.RefObject<HTMLDivElement | null>;
  readonly onCommit: (value: Value) => void;
}

export interface CurveGesture<Value> {
  readonly shown: EditableCurve<Value>;
  /** The curve before this gesture, to be drawn as a ghost; null when none is under way. */
  readonly before: EditableCurve<Value> | null;
  readonly selected: string | null;
  select(id: string | null): void;
  grab(id: string, event: React.PointerEvent<HTMLElement>): void;
  moveTo(id: string, axis: HandleAxis, value: number): void;
  nudge(id: string, axis: HandleAxis, steps: number): void;
  add(at: CurvePoint): void;
  remove(id: string): void;
  setEasing(id: string, easing: string): void;
}

const snapTo = (value: number, step: number): number => Math.round(value / step) * step;

export function useCurveGesture<Value>(input: GestureInput<Value>): CurveGesture<Value> {
  const [draft, setDraft] = useState<EditableCurve<Value> | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const latest = useRef(input);
  const draftRef = useRef<EditableCurve<Value> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastTap = useRef({ id: '', at: 0 });
  useEffect(() => {
    latest.current = input;
  });

  const show = useCallback((curve: EditableCurve<Value> | null) => {
    draftRef.current = curve;
    setDraft(curve);
  }, []);

  const commit = useCallback(
    (curve: EditableCurve<Value>) => {
      clearTimeout(timer.current);
      show(null);
      latest.current.onCommit(curve.value);
    },
    [show],
  );

  const current = (): EditableCurve<Value> => draftRef.current ?? latest.current.curve;

  const commitAfterPause = (curve: EditableCurve<Value>): void => {
    show(curve);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => commit(curve), KEY_PAUSE_MS);
  };

  // A gesture cut short by leaving the page is still the person's last word.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      if (draftRef.current) latest.current.onCommit(draftRef.current.value);
    },
    [],
  );

  const place = (id: string, to: CurvePoint): EditableCurve<Value> => {
    const { xAxis, yAxis } = latest.current;
    const handle = current().handles.find((candidate) => candidate.id === id);
    if (!handle || handle.frozen) return current();
    const x = handle.movesX ? clampTo(snapTo(to.x, xAxis.step), handle.xMin, handle.xMax) : handle.x;
    const y = handle.movesY ? roundSignificant(clampTo(to.y, yAxis.min, yAxis.max)) : handle.y;
    return current().move(id, { x: roundSignificant(x), y });
  };

  const handleAt = (id: string): CurvePoint =>
    current().handles.find((candidate) => candidate.id === id) ?? { x: 0, y: 0 };

  const remove = (id: string): void => {
    const next = current().handles.some((handle) => handle.id === id && handle.removable) ? current().remove(id) : null;
    if (!next) return;
    setSelected(null);
    commit(next);
  };

  const grab = (id: string, event: React.PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    const box = latest.current.plot.current?.getBoundingClientRect();
    if (!box) return;
    event.preventDefault();
    const now = event.timeStamp;
    const isDoubleTap = lastTap.current.id === id && now - lastTap.current.at < DOUBLE_TAP_MS;
    lastTap.current = { id: isDoubleTap ? '' : id, at: now };
    setSelected(id);
    if (isDoubleTap) return remove(id);
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    target.querySelector<HTMLInputElement>('input[tabindex="0"]')?.focus({ preventScroll: true });
    const startX = event.clientX;
    const startY = event.clientY;
    let moved = false;
    const follow = (move: PointerEvent): void => {
      if (!moved && Math.hypot(move.clientX - startX, move.clientY - startY) < DRAG_THRESHOLD_PX) return;
      moved = true;
      const { xScale, yScale, xAxis, yAxis } = latest.current;
      const snap = move.ctrlKey || move.metaKey;
      const x = xScale.toValue(move.clientX - box.left);
      const y = yScale.toValue(move.clientY - box.top);
      const to = { x: snap ? snapTo(x, xAxis.step * 10) : x, y: snap ? snapTo(y, yAxis.step * 5) : y };
      // Curve and forecast follow the hand in the frame of its move, not in React's own time.
      flushSync(() => show(place(id, to)));
    };
    const finish = (): void => {
      target.removeEventListener('pointermove', follow);
      target.removeEventListener('pointerup', finish);
      target.removeEventListener('pointercancel', finish);
      if (moved && draftRef.current) commit(draftRef.current);
    };
    target.addEventListener('pointermove', follow);
    target.addEventListener('pointerup', finish);
    target.addEventListener('pointercancel', finish);
  };

  return {
    shown: draft ?? input.curve,
    before: draft ? input.curve : null,
    selected,
    select: setSelected,
    grab,
    remove,
    moveTo: (id, axis, value) => commitAfterPause(place(id, { ...handleAt(id), [axis]: value })),
    nudge: (id, axis, steps) => {
      const { xAxis, yAxis, logY } = latest.current;
      const at = handleAt(id);
      if (axis === 'x')
        return commitAfterPause(
          place(id, { ...at, x: at.x + Math.sign(steps) * Math.max(Math.abs(steps) * xAxis.step, xAxis.step) }),
        );
      // On a log axis a step is a ratio, so that it feels the same at 1e-6 and at 1e-3.
      const y = logY && at.y > 0 ? at.y * 1.05 ** steps : at.y + steps * yAxis.step;
      commitAfterPause(place(id, { ...at, y }));
    },
    add: (at) => {
      const { xAxis } = latest.current;
      const added = current().add({ x: snapTo(at.x, xAxis.step), y: roundSignificant(at.y) });
      if (!added) return;
      setSelected(added.id);
      commit(added.curve);
    },
    setEasing: (id, easing) => {
      const next = current().setEasing(id, easing);
      if (next) commit(next);
    },
  };
}
