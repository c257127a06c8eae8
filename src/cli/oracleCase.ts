/** One mini-batch as fixtures/oracle/README.md describes it: batch.json, objective.json and a model folder. */
import { join } from 'node:path';
import * as v from 'valibot';
import type { Objective } from '../experiment/types';
import { InputError } from '../lib/errors';
import type { OptimizerOptions } from '../model/policy';
import { checkJson } from '../lib/checkJson';
import { readJsonInput } from './files';

const number = v.pipe(v.number(), v.finite());
const positive = v.pipe(number, v.minValue(0));
const tokenIds = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1));
const logps = v.array(v.pipe(number, v.maxValue(0)));

const batchSchema = v.object({
  sequences: v.pipe(
    v.array(
      v.object({
        prompt: tokenIds,
        completion: tokenIds,
        group: v.pipe(v.number(), v.integer()),
        reward: v.picklist([0, 1]),
        oldLogp: logps,
        refLogp: v.optional(logps),
      }),
    ),
    v.minLength(1),
  ),
  temperature: v.pipe(number, v.gtValue(0)),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  totalSteps: v.pipe(v.number(), v.integer(), v.minValue(1)),
  optimizer: v.optional(
    v.object({
      lr: positive,
      betas: v.tuple([positive, positive]),
      eps: positive,
      weightDecay: positive,
      maxGradNorm: v.pipe(number, v.gtValue(0)),
    }),
  ),
});

const schedule = v.union([number, v.looseObject({ kind: v.picklist(['linear', 'cosine', 'exponential']) })]);

/** Advantage rules of the oracle and the algorithms that compute them. */
const algorithmOf = {
  signed: 'signed',
  'group-std': 'grpo',
  'group-mean': 'drGrpo',
  'leave-one-out': 'rloo',
} as const;

const objectiveSchema = v.strictObject({
  name: v.optional(v.string(), ''),
  advantage: v.picklist(['signed', 'group-std', 'group-mean', 'leave-one-out']),
  positiveWeight: v.optional(schedule, 0),
  negativeWeight: v.optional(schedule, 0),
  confidence: v.optional(
    v.nullable(
      v.strictObject({
        min: v.exactOptional(number),
        max: v.exactOptional(number),
        gamma: v.exactOptional(number),
        normalize: v.exactOptional(v.boolean()),
      }),
    ),
    null,
  ),
  virtualMaxReward: v.optional(v.boolean(), false),
  dropGroups: v.optional(v.nullable(v.picklist(['none', 'homogeneous', 'all-correct']))),
  clipLow: v.optional(positive, 0.2),
  clipHigh: v.optional(positive, 0.2),
  dualClip: v.optional(v.nullable(v.pipe(number, v.gtValue(1))), null),
  normalizer: v.optional(v.picklist(['all', 'kept']), 'all'),
  aggregation: v.optional(
    v.picklist(['token-mean', 'seq-mean-token-mean', 'seq-mean-token-sum', 'constant']),
    'token-mean',
  ),
  maxLength: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
  entropyCoef: v.optional(schedule, 0),
  klCoef: v.optional(schedule, 0),
});

export interface CaseSequence {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly group: number;
  readonly reward: 0 | 1;
  readonly oldLogp: Float32Array;
  readonly refLogp: Float32Array | null;
}

export interface OracleCase {
  readonly objective: Objective;
  readonly sequences: readonly CaseSequence[];
  readonly temperature: number;
  readonly step: number;
  readonly totalSteps: number;
  /** Null when the case asks for no update. */
  readonly optimizer: OptimizerOptions | null;
}

/** Reads batch.json and objective.json of a folder. Throws `InputError` naming file and field. */
export function readOracleCase(folder: string): OracleCase {
  const batchFile = join(folder, 'batch.json');
  const batch = checkJson(batchFile, batchSchema, readJsonInput('--case', batchFile));
  const objective = readObjective(join(folder, 'objective.json'));
  const { optimizer } = batch;
  return {
    objective,
    sequences: batch.sequences.map(({ refLogp, oldLogp, ...sequence }, index) => {
      for (const [name, values] of Object.entries({ oldLogp, refLogp })) {
        if (values !== undefined && values.length !== sequence.completion.length) {
          const field = `${batchFile}: sequences.${index}.${name}`;
          throw new InputError(
            field,
            `${values.length} values`,
            `${sequence.completion.length}, one per completion token`,
          );
        }
      }
      if (refLogp === undefined && objective.klCoef !== 0) {
        throw new InputError(
          `${batchFile}: sequences.${index}.refLogp`,
          'nothing',
          'reference log-probabilities: klCoef is set',
        );
      }
      const reference = refLogp === undefined ? null : Float32Array.from(refLogp);
      return { ...sequence, oldLogp: Float32Array.from(oldLogp), refLogp: reference };
    }),
    temperature: batch.temperature,
    step: batch.step,
    totalSteps: batch.totalSteps,
    optimizer:
      optimizer === undefined
        ? null
        : {
            learningRate: optimizer.lr,
            beta1: optimizer.betas[0],
            beta2: optimizer.betas[1],
            eps: optimizer.eps,
            weightDecay: optimizer.weightDecay,
            maxGradNorm: optimizer.maxGradNorm,
          },
  };
}

function readObjective(file: string): Objective {
  const { advantage, confidence, dropGroups, ...rest } = checkJson(
    file,
    objectiveSchema,
    readJsonInput('--case', file),
  );
  if (rest.aggregation === 'constant' && rest.maxLength === null) {
    throw new InputError(`${file}: maxLength`, 'nothing', 'the length constant of the constant aggregation');
  }
  return {
    ...rest,
    algorithm: algorithmOf[advantage],
    confidence: confidence === null ? null : { ...confidence, kind: 'power' },
    dropGroups: dropGroups ?? 'none',
    clip: true,
    klEstimator: 'k3',
    params: {},
  };
}
