/** What a run measured, as schemas of files from outside: bounds on every count and on every number, so that no file can
 * freeze the page that draws it or push a chart past what a float64 holds. */
import * as v from 'valibot';
import { InputError } from '../lib/errors';

/** Largest float32: every metric is computed from those, and sums and squares of it are still finite. */
const largest = 3.4028235e38;

export const mostRows = 20_000;
export const mostEvaluations = 10_000;
export const mostProblems = 4096;
/** Metrics of a row. */
const mostColumns = 100;
const mostText = 4096;

export const text = v.pipe(v.string(), v.maxLength(mostText, `up to ${mostText} characters`));
export const metric = v.pipe(
  v.number(),
  v.minValue(-largest, 'a number that a float32 can hold'),
  v.maxValue(largest, 'a number that a float32 can hold'),
);
export const share = v.pipe(v.number(), v.minValue(0, 'from 0 to 1'), v.maxValue(1, 'from 0 to 1'));

/** A whole number from 0 to `most`. */
export function count(most: number) {
  const allowed = `a whole number from 0 to ${most}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(0, allowed), v.maxValue(most, allowed));
}
/** Rollout steps: the last evaluation stands one past the last of them. */
export const step = count(1e6);
export const tokens = count(Number.MAX_SAFE_INTEGER);

export function list<Entry extends v.GenericSchema>(entry: Entry, most: number) {
  return v.pipe(bounded(most), v.array(entry), v.readonly());
}

/** Counted before any entry is looked at. */
function bounded(most: number) {
  const allowed = `a list of up to ${most}`;
  return v.pipe(v.array(v.unknown(), allowed), v.maxLength(most, allowed));
}

/** A number that was not there (null, what JSON makes of NaN) is a gap and becomes NaN. */
export function orGap<Value extends v.GenericSchema<unknown, number>>(value: Value) {
  return v.pipe(
    v.nullable(value),
    v.transform((given) => given ?? NaN),
  );
}

/** A row of numbers: `entries` by their own schemas, the rest metrics under plain names. */
export function row<const Entries extends v.ObjectEntries>(entries: Entries) {
  const name = v.pipe(v.string(), v.regex(/^[a-zA-Z]\w{0,60}$/, 'a plain name'));
  return v.pipe(
    v.record(name, v.unknown()),
    v.check((given) => Object.keys(given).length <= mostColumns, `at most ${mostColumns} values`),
    v.objectWithRest(entries, orGap(metric)),
  );
}

export const passAtK = list(
  v.object({ k: v.pipe(count(1e6), v.minValue(1)), mean: share, low: share, high: share }),
  32,
);

/** What only an exact evaluation has. */
export const exactFields = {
  method: v.exactOptional(v.literal('exact')),
  rightProbability: v.exactOptional(list(share, mostProblems)),
  effectiveSolutions: v.exactOptional(metric),
  wrongShare: v.exactOptional(share),
  malformedShare: v.exactOptional(share),
};

interface PerProblem {
  readonly method?: 'exact' | undefined;
  readonly samples: number;
  readonly correct?: readonly number[] | undefined;
  readonly rightProbability?: readonly number[] | undefined;
}

/** Rules between the fields of an evaluation: what is kept per problem is of all `problems`, and of the method that it says. Throws `InputError`. */
export function checkPerProblem(place: string, row: PerProblem, problems: number): void {
  const { method, samples, correct, rightProbability } = row;
  for (const [name, values] of [
    ['correct', correct],
    ['rightProbability', rightProbability],
  ] as const) {
    if (values !== undefined && values.length !== problems)
      throw new InputError(`${place}: evaluations.${name}`, values.length, `${problems} numbers, one per problem`);
  }
  if (rightProbability !== undefined && method !== 'exact')
    throw new InputError(`${place}: evaluations.method`, method, 'exact, where there is a rightProbability');
  const most = correct?.find((count) => count > samples);
  if (most !== undefined) throw new InputError(`${place}: evaluations.correct`, most, `at most ${samples} samples`);
}
