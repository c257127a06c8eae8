/** Pixel <-> value scales of the curve plots, linear and logarithmic, and their ticks. */
import { clampTo } from './curveModel';

export interface PlotScale {
  toPixel(value: number): number;
  toValue(pixel: number): number;
  readonly ticks: readonly number[];
}

/** 1, 2 or 5 times a power of ten, so that about `count` ticks fit. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const span = max - min;
  if (!(span > 0)) return [min];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  const step = (ratio > 5 ? 10 : ratio > 2 ? 5 : ratio > 1 ? 2 : 1) * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(min / step - 1e-9); index * step <= max + step * 1e-9; index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

export function linearScale(
  min: number,
  max: number,
  pixelAtMin: number,
  pixelAtMax: number,
  tickCount = 4,
): PlotScale {
  const span = max - min || 1;
  return {
    toPixel: (value) => pixelAtMin + ((value - min) / span) * (pixelAtMax - pixelAtMin),
    toValue: (pixel) => min + ((pixel - pixelAtMin) / (pixelAtMax - pixelAtMin)) * span,
    ticks: niceTicks(min, max, tickCount),
  };
}

/** Zero and below have no place on a log axis: they are drawn at its floor. */
export function logScale(floor: number, max: number, pixelAtMin: number, pixelAtMax: number): PlotScale {
  const low = Math.log10(floor);
  const span = Math.log10(max) - low || 1;
  const ticks: number[] = [];
  for (let power = Math.ceil(low - 1e-9); power <= Math.log10(max) + 1e-9; power++)
    ticks.push(Number((10 ** power).toPrecision(1)));
  return {
    toPixel: (value) =>
      pixelAtMin + ((Math.log10(clampTo(value, floor, Number.MAX_VALUE)) - low) / span) * (pixelAtMax - pixelAtMin),
    toValue: (pixel) => 10 ** (low + ((pixel - pixelAtMin) / (pixelAtMax - pixelAtMin)) * span),
    ticks,
  };
}

/** Short form for axis labels: 0.0001 as 1e-4, 1200 as 1.2k. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(0);
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(4)));
}
