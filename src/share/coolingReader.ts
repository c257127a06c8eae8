/** Reads cooling.json and cooling.problems.json of a shipped model. Not on the first route. */
import * as v from 'valibot';
import { parseBoundedJson } from '../lib/boundedJson';
import { checkJson } from '../lib/checkJson';
import { InputError } from '../lib/errors';
import type { CoolingCurve } from '../records/cooling';
import { unpackProbabilities, type CoolingProblems } from '../records/coolingProblems';
import { count, list, metric, mostProblems, share, text } from './measured';

const limits = { characters: 4_000_000, depth: 6, keys: 100_000, items: 100_000, string: 2_000_000 };
const most = { points: 256, ks: 32, packed: 2_000_000 };
const positive = v.pipe(metric, v.minValue(1e-3), v.maxValue(100));

const curve = v.strictObject({
  version: v.literal(1),
  model: text,
  modelSha256: text,
  task: v.strictObject({ name: text, params: v.record(text, v.union([v.number(), v.string(), v.boolean()])) }),
  problems: count(1e6),
  ks: list(v.pipe(count(1e6), v.minValue(1)), most.ks),
  points: list(
    v.strictObject({
      temperature: positive,
      topK: count(1e6),
      topP: share,
      passAtK: list(share, most.ks),
      effectiveSolutions: metric,
    }),
    most.points,
  ),
});

const problems = v.strictObject({
  version: v.literal(1),
  modelSha256: text,
  temperatures: list(positive, most.points),
  problemIds: list(text, mostProblems),
  negativeLog: v.pipe(v.string(), v.maxLength(most.packed)),
});

/** Null where the text is not one. */
export const parseCoolingCurve = (source: string): CoolingCurve | null =>
  read(source, (json) => checkJson('cooling', curve, json));

export const parseCoolingProblems = (source: string): CoolingProblems | null =>
  read(source, (json) => {
    const { temperatures, problemIds, negativeLog } = checkJson('cooling', problems, json);
    const probability = unpackProbabilities(negativeLog, temperatures.length, problemIds.length);
    return probability && { temperatures, problemIds, probability };
  });

function read<T>(source: string, check: (json: unknown) => T): T | null {
  const json = parseBoundedJson(source, limits);
  if (!json.ok) return null;
  try {
    return check(json.value);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
