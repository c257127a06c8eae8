/** A number as it is typed, and what is said of one that a field does not take. Pure. */
import { failure, success, type Result } from '../../lib/result';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean | undefined;
}

/** Bounds beyond these are no news to anybody. */
const ENDLESS = 1e15;

/** What fits into a field of eight characters. */
const MOST_CHARACTERS = 7;

/** Exact, and as a power of ten where that is what fits: 0.0001, 1e-6, 100000. */
export function numberText(value: number): string {
  const plain = String(value);
  const power = value.toExponential().replace('e+', 'e');
  return plain.length > MOST_CHARACTERS && power.length < plain.length ? power : plain;
}

/** `a whole number from 1 to 4096`; `a number of at least 0`. */
export function rangeText({ min, max, integer }: NumberRange): string {
  const noun = integer ? 'a whole number' : 'a number';
  const [low, high] = [min > -ENDLESS, max < ENDLESS];
  if (low && high) return `${noun} from ${numberText(min)} to ${numberText(max)}`;
  if (low) return `${noun} of at least ${numberText(min)}`;
  return high ? `${noun} of at most ${numberText(max)}` : noun;
}

/** Reads a comma as a point. The reason is the range that the field takes. */
export function readNumberText(text: string, range: NumberRange): Result<number, string> {
  const trimmed = text.trim();
  const value = Number(trimmed.replace(',', '.'));
  const known = trimmed !== '' && Number.isFinite(value) && (!range.integer || Number.isInteger(value));
  return known && value >= range.min && value <= range.max ? success(value) : failure(rangeText(range));
}
