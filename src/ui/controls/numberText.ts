/** A number as it is typed, and what is said of one that a field does not take. Pure. */
import { failure, success, type Result } from '../../lib/result';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean | undefined;
}

/** Bounds beyond these are no news to anybody. */
const ENDLESS = 1e15;

/** Short and exact: 0.0001, 1e-9, 100000. */
const plain = (value: number): string => String(value);

/** `a whole number from 1 to 4096`; `a number of at least 0`. */
export function rangeText({ min, max, integer }: NumberRange): string {
  const noun = integer ? 'a whole number' : 'a number';
  const [low, high] = [min > -ENDLESS, max < ENDLESS];
  if (low && high) return `${noun} from ${plain(min)} to ${plain(max)}`;
  if (low) return `${noun} of at least ${plain(min)}`;
  return high ? `${noun} of at most ${plain(max)}` : noun;
}

/** Reads a comma as a point. The reason is the range that the field takes. */
export function readNumberText(text: string, range: NumberRange): Result<number, string> {
  const trimmed = text.trim();
  const value = Number(trimmed.replace(',', '.'));
  const known = trimmed !== '' && Number.isFinite(value) && (!range.integer || Number.isInteger(value));
  return known && value >= range.min && value <= range.max ? success(value) : failure(rangeText(range));
}
