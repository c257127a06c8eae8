/** Values to pixels in the trade-off chart. */
import type { PlotScale } from '../curves/plotScale';

export interface Plane {
  readonly x: PlotScale;
  readonly y: PlotScale;
}

/** Points of an SVG polyline. */
export const polylinePoints = (points: readonly { readonly x: number; readonly y: number }[], plane: Plane): string =>
  points.map(({ x, y }) => `${plane.x.toPixel(x).toFixed(1)},${plane.y.toPixel(y).toFixed(1)}`).join(' ');
