/** Whether a quantity that was looked at again and again stays where it is. */
import { invariant } from '../../src/lib/invariant.ts';
import { createRng } from '../../src/lib/rng.ts';

export interface Sample {
  /** Steps, or starts, when it was looked at. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Median of the values. */
  readonly level: number;
  /** Change per step, with its 95 % interval. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Samples, or medians of blocks of them, that the slope was read off. */
  readonly points: number;
}

const mostPoints = 50;
const resamples = 1000;

/**
 * The slope of Theil and Sen (the median of the slopes of all pairs: an outlier moves it little), over the medians of 50 blocks where
 * there are more samples. Its interval: residuals are drawn anew in blocks of neighbours (circular block bootstrap of length ∛n, since
 * what disturbs one sample, another program on the machine, disturbs the next), 1000 times, 2.5 % and 97.5 % of the slopes. Residuals of
 * a fit are smaller than what it was disturbed by, those of blocks more so: they are enlarged by √(n / (n - 2 · length)). Measured: it holds
 * the truth in 92 of 100 cases of 50 points with independent noise, in 87 where half of each disturbance stays for the next.
 * Needs eight samples, in the order of `at`.
 */
export function trendOf(samples: readonly Sample[], seed: number): Trend {
  invariant(samples.length >= 8, `a trend needs eight samples, got ${samples.length}`);
  const points = blockMedians(samples);
  const at = points.map((point) => point.at);
  const values = points.map((point) => point.value);
  const slope = slopeOf(at, values);
  const centre = median(points.map((point) => point.value - slope * point.at));
  const fitted = at.map((x) => centre + slope * x);
  const length = Math.round(Math.cbrt(points.length));
  const enlarged = Math.sqrt(points.length / (points.length - 2 * length));
  const residuals = values.map((value, index) => enlarged * (value - (fitted[index] ?? 0)));
  const rng = createRng(seed, 'trend');
  const slopes = Array.from({ length: resamples }, () => {
    let start = 0;
    const drawn = fitted.map((value, index) => {
      if (index % length === 0) start = rng.int(points.length);
      return value + (residuals[(start + (index % length)) % points.length] ?? 0);
    });
    return slopeOf(at, drawn);
  }).sort((a, b) => a - b);
  return {
    level: median(samples.map(({ value }) => value)),
    slope,
    low: slopes[Math.floor(0.025 * (resamples - 1))] ?? slope,
    high: slopes[Math.ceil(0.975 * (resamples - 1))] ?? slope,
    points: points.length,
  };
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function slopeOf(at: readonly number[], values: readonly number[]): number {
  const slopes: number[] = [];
  for (let later = 1; later < at.length; later++)
    for (let earlier = 0; earlier < later; earlier++) {
      const distance = (at[later] ?? 0) - (at[earlier] ?? 0);
      if (distance > 0) slopes.push(((values[later] ?? 0) - (values[earlier] ?? 0)) / distance);
    }
  return median(slopes);
}

function blockMedians(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= mostPoints) return samples;
  return Array.from({ length: mostPoints }, (_, block) => {
    const first = Math.floor((block * samples.length) / mostPoints);
    const members = samples.slice(first, Math.floor(((block + 1) * samples.length) / mostPoints));
    return { at: median(members.map(({ at }) => at)), value: median(members.map(({ value }) => value)) };
  });
}
