/** What the trade-off chart draws beside the paths of the runs: reference paths, and arrows at a point. */
import { percent } from './chartModel';

/** Pass@1 and Pass@k, both 0 to 1. */
export interface TradeOffPoint {
  readonly x: number;
  readonly y: number;
}

export interface ReferencePoint extends TradeOffPoint {
  /** Said on hover and focus, with both values: "T = 0.7". */
  readonly label: string;
  /** Drawn with a tick and this text. */
  readonly tick?: string;
}

/** Something that is no run, in the same plane. */
export interface ReferencePath {
  readonly kind: 'reference';
  readonly id: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly dash: string;
  /** Marks alone where the points are no path worth a line. */
  readonly shape: 'line' | 'rings' | 'squares';
  /** In order along the path. */
  readonly points: readonly ReferencePoint[];
}

export interface Arrow {
  readonly label: string;
  /** Change of Pass@1 and Pass@k; only direction and length relative to the other arrows are drawn. */
  readonly dx: number;
  readonly dy: number;
  readonly color: string;
  readonly dash: string;
}

/** Arrows from one point; the longest is drawn `ARROW_LENGTH` long, so that steps of a thousandth can be seen. */
export interface ArrowsAt {
  readonly kind: 'arrows';
  readonly id: string;
  readonly label: string;
  readonly from: TradeOffPoint;
  readonly arrows: readonly Arrow[];
}

export type TradeOffOverlay = ReferencePath | ArrowsAt;

/** CSS pixels. */
const ARROW_LENGTH = 44;
const HEAD = 6;
const HEAD_ANGLE = 0.45;

/** Pixels per unit of each axis; that of y is positive, too. */
export interface PlaneScale {
  readonly perX: number;
  readonly perY: number;
}

/** Shaft end and head of each arrow relative to its foot, in pixels, y downwards; none where all are 0. */
export function arrowShapes(
  arrows: readonly Arrow[],
  { perX, perY }: PlaneScale,
): readonly { readonly arrow: Arrow; readonly tip: TradeOffPoint; readonly head: readonly TradeOffPoint[] }[] {
  const drawn = arrows.map((arrow) => ({ arrow, x: arrow.dx * perX, y: -arrow.dy * perY }));
  const longest = Math.max(0, ...drawn.map(({ x, y }) => Math.hypot(x, y)));
  if (!(longest > 0)) return [];
  return drawn.map(({ arrow, x, y }) => {
    const tip = { x: (x / longest) * ARROW_LENGTH, y: (y / longest) * ARROW_LENGTH };
    const back = Math.atan2(y, x) + Math.PI;
    const wing = (turn: number): TradeOffPoint => ({
      x: tip.x + HEAD * Math.cos(back + turn),
      y: tip.y + HEAD * Math.sin(back + turn),
    });
    return { arrow, tip, head: [wing(HEAD_ANGLE), tip, wing(-HEAD_ANGLE)] };
  });
}

const points = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value * 100).toFixed(2)}`;

/** Each overlay in words, for people who cannot see the chart. */
export function overlaySentences(overlays: readonly TradeOffOverlay[]): string[] {
  return overlays.map((overlay) => {
    switch (overlay.kind) {
      case 'reference':
        return `${overlay.label}: ${overlay.points
          .filter(({ tick }) => overlay.shape !== 'line' || tick !== undefined)
          .map(({ label, x, y }) => `${label} ${percent(x)}, ${percent(y)}`)
          .join('; ')}`;
      case 'arrows':
        return `${overlay.label}: ${overlay.arrows
          .map(({ label, dx, dy }) => `${label} ${points(dx)} to the right, ${points(dy)} up, in points`)
          .join('; ')}`;
      default:
        return overlay satisfies never;
    }
  });
}
