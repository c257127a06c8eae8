/** Force rows in files from outside: every list and number bounded, and lists that belong together equally long. */
import * as v from 'valibot';
import { mostForceRows } from '../records/forceRows';
import type { ForceRow } from '../records/forces';
import { count, list, metric, share, step } from './measured';

const most = { miniBatches: 256, measures: 8, bins: 64, parts: 1024 };
const orNull = v.nullable(metric);
const whole = count(1e6);

const mixForm = { pp: metric, pn: metric, nn: metric };
const perMiniBatch = list(metric, most.miniBatches);
const measure = v.strictObject({
  kind: v.picklist(['pass', 'entropy', 'length']),
  k: v.nullable(v.pipe(whole, v.minValue(1))),
  value: metric,
  positive: perMiniBatch,
  negative: perMiniBatch,
  rest: perMiniBatch,
  positiveError: orNull,
  negativeError: orNull,
  bins: list(metric, most.bins),
  forecast: metric,
  along: orNull,
  realised: orNull,
});

const row = v.pipe(
  v.strictObject({
    step,
    signed: v.boolean(),
    positiveWeight: metric,
    negativeWeight: metric,
    learningRate: metric,
    maxGradNorm: metric,
    innerEpochs: whole,
    accuracy: share,
    probe: v.strictObject({ problems: whole, samples: whole, temperature: metric }),
    metric: v.picklist(['optimizer', 'batch']),
    miniBatches: list(
      v.strictObject({
        norm: v.strictObject({ ...mixForm, pr: metric, nr: metric, rr: metric }),
        updates: v.boolean(),
      }),
      most.miniBatches,
    ),
    measures: list(measure, most.measures),
    bins: list(v.strictObject({ low: share, high: share, answers: whole, tokenWeight: metric }), most.bins),
    noise: v.nullable(
      v.strictObject({ parts: count(most.parts), total: v.strictObject(mixForm), signal: v.strictObject(mixForm) }),
    ),
  }),
  v.check(fits, 'as many forces as mini-batches and bins'),
);

function fits({ miniBatches, measures, bins }: ForceRow): boolean {
  const perBatch = measures.flatMap(({ positive, negative, rest }) => [positive, negative, rest]);
  return (
    perBatch.every(({ length }) => length === miniBatches.length) &&
    measures.every((one) => one.bins.length === bins.length)
  );
}

/** Those of a run, in the order of their steps. */
export const forceRows = v.pipe(
  list(row, mostForceRows),
  v.check((rows) => rows.every(({ step: at }, index) => at > (rows[index - 1]?.step ?? -1)), 'steps that rise'),
);
