/** Where a coach mark stands: on the screen, never on what it points at, nor on a notice. Pure. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Between the mark and its target, and the edge of the screen. */
export const GAP = 10;

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

/** Beside or over the target, in this order: under, over, left, right, at its first edge or its last; the first place that
 * covers nothing of `keepFree`, else the one that covers least, the target weighing most. */
export function placeMark(
  target: Box,
  mark: Size,
  screen: Size,
  keepFree: readonly Box[],
): { readonly left: number; readonly top: number } {
  const { width, height } = mark;
  const under = target.bottom + GAP;
  const over = target.top - GAP - height;
  const before = target.left - GAP - width;
  const after = target.right + GAP;
  const lastX = target.right - width;
  const lastY = target.bottom - height;
  const wished = [
    [target.left, under],
    [lastX, under],
    [target.left, over],
    [lastX, over],
    [before, target.top],
    [before, lastY],
    [after, target.top],
    [after, lastY],
    // Past what is in the way.
    ...keepFree.flatMap((free) => [
      [target.left, free.bottom + GAP] as const,
      [target.left, free.top - GAP - height] as const,
    ]),
    // Anywhere else: the corners.
    [GAP, GAP],
    [screen.width, GAP],
    [GAP, screen.height],
    [screen.width, screen.height],
  ] satisfies readonly (readonly [number, number])[];
  const places = wished.map(([x, y]) => {
    const left = clamp(x, GAP, Math.max(GAP, screen.width - width - GAP));
    const top = clamp(y, GAP, Math.max(GAP, screen.height - height - GAP));
    const box = { left, top, right: left + width, bottom: top + height };
    const covered = keepFree.reduce((sum, free) => sum + overlap(box, free), 0) + 1000 * overlap(box, target);
    return { left, top, covered };
  });
  const best = places.reduce((least, place) => (place.covered < least.covered ? place : least));
  return { left: best.left, top: best.top };
}
