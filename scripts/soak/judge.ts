/** The rule by which a quantity of a soak is called flat, and its line in the report. */
import { formatBytes } from '../../src/gpu/buffers.ts';
import { trendOf, type Sample, type Trend } from './trend.ts';

export type Unit = 'bytes' | 'ms' | 'count';

export interface Quantity {
  readonly name: string;
  readonly unit: Unit;
  readonly samples: readonly Sample[];
  /** Share of its level by which it may seem to grow over the whole run. */
  readonly allowedShare: number;
  /** Growth per step that is meant: the rows of the run, which are kept to its end. */
  readonly meant: number;
}

export interface Verdict {
  readonly quantity: Quantity;
  readonly trend: Trend;
  /** Growth over the whole run by the interval's upper end, beyond what is meant. */
  readonly most: number;
  readonly allowed: number;
  readonly outcome: 'flat' | 'grows' | 'undecided';
}

/** Compilers, caches and charts settle in this share of a run, which is looked at but not judged. */
export const warmUpShare = 0.2;

/** V8 compiles on as functions become hot, ever more slowly and never more than the program has: this much of it in the part of a run
 * that is judged, seen as the same over 60 starts in which not one object was added. What is held for ever by mistake are objects,
 * which are counted apart (heapParts.ts). */
export const compiledShare = 0.25;

/** Flat: the upper end of the slope's 95 % interval, times the length of the run, beyond the growth that is meant, stays within the
 * allowed share of the level. Beyond it, a quantity grows where the whole interval lies above what is meant; else nothing is decided: the
 * machine was too busy, or the run too short. What may not grow at all (a share of 0) is counted: its second half never holds more than its first.
 * `length`: steps, or starts, of the whole run. */
export function judge(quantity: Quantity, length: number, seed: number): Verdict {
  const settled = quantity.samples.filter(({ at }) => at >= warmUpShare * length);
  const trend = trendOf(settled, seed);
  const most = quantity.allowedShare === 0 ? halfOverHalf(settled) : (trend.high - quantity.meant) * length;
  const allowed = quantity.allowedShare * trend.level;
  const proven = quantity.allowedShare === 0 || trend.low > quantity.meant;
  return { quantity, trend, most, allowed, outcome: most <= allowed ? 'flat' : proven ? 'grows' : 'undecided' };
}

function halfOverHalf(samples: readonly Sample[]): number {
  const middle = Math.floor(samples.length / 2);
  const most = (part: readonly Sample[]): number => Math.max(...part.map(({ value }) => value));
  return most(samples.slice(middle)) - most(samples.slice(0, middle));
}

/** `per`: what a slope is counted by (step, start). */
export function describeVerdict({ quantity, trend, most, allowed, outcome }: Verdict, per: string): string {
  const { name, unit, meant, allowedShare } = quantity;
  const show = formats[unit];
  const slope = `${show(trend.slope, true)} per ${per} [${show(trend.low, true)}, ${show(trend.high, true)}]`;
  const byDesign = meant > 0 ? `, of which ${show(meant, true)} are meant` : '';
  const rule =
    allowedShare === 0
      ? `second half at most ${show(most, true)} over the first, none allowed`
      : `at most ${show(most, true)} over all, ${show(allowed, true)} (${(100 * allowedShare).toFixed(0)} %) allowed`;
  return `${words[outcome]}  ${name}: level ${show(trend.level, false)}, ${slope}${byDesign}; ${rule}; ${trend.points} points`;
}

const words = { flat: 'flat     ', grows: 'GROWS    ', undecided: 'undecided' } as const;

const signed = (value: number, text: string): string => `${value < 0 ? '-' : '+'}${text}`;

const formats: Readonly<Record<Unit, (value: number, sign: boolean) => string>> = {
  bytes: (value, sign) => {
    const text = formatBytes(Math.round(Math.abs(value)));
    return sign ? signed(value, text) : text;
  },
  ms: (value, sign) => {
    const text = `${Number(Math.abs(value).toPrecision(3))} ms`;
    return sign ? signed(value, text) : text;
  },
  count: (value, sign) => {
    const text = `${Number(Math.abs(value).toPrecision(3))}`;
    return sign ? signed(value, text) : text;
  },
};
