/** One mini-batch as fixtures/oracle/README.md describes it: batch.json, objective.json and a model folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseExperiment } from '../experiment/parseExperiment';
import { isRecord } from '../experiment/readers';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import type { OptimizerOptions } from '../model/policy';
import type { ObjectiveRollout } from '../objective/rateRollouts';
import type { ObjectiveMoment } from '../objective/resolveObjective';
import { checkJson } from '../lib/checkJson';
import { catalogue } from './experimentOption';
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
        values: v.optional(v.array(number)),
      }),
    ),
    v.minLength(1),
  ),
  temperature: v.pipe(number, v.gtValue(0)),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  totalSteps: v.pipe(v.number(), v.integer(), v.minValue(1)),
  maxNewTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
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

type BatchFile = v.InferOutput<typeof batchSchema>;

/** Advantage rules of the oracle and the algorithms that compute them. */
const algorithmOf = { signed: 'signed', 'group-std': 'grpo', 'group-mean': 'drGrpo', 'leave-one-out': 'rloo' } as const;

/** What a case means by leaving a field of the objective out; every other field is off. */
const leftOut = {
  positiveWeight: 0,
  negativeWeight: 0,
  clipLow: 0.2,
  clipHigh: 0.2,
  normalizer: 'all',
  aggregation: 'token-mean',
  entropyCoef: 0,
  klCoef: 0,
} as const;

export interface OracleCase {
  /** The case's objective as an experiment of its own; only what decides weights and advantages is the case's. */
  readonly experiment: Experiment;
  readonly moment: Omit<ObjectiveMoment, 'accuracy'>;
  readonly rollouts: readonly ObjectiveRollout[];
  /** Null when the case asks for no update. */
  readonly optimizer: OptimizerOptions | null;
  /** The KL reference is the model with its adapter off: no rollout has a refLogp. */
  readonly baseIsReference: boolean;
}

/** Reads batch.json and objective.json of a folder. Throws `InputError` naming file and field. */
export function readOracleCase(folder: string): OracleCase {
  const batchFile = join(folder, 'batch.json');
  const batch = checkJson(batchFile, batchSchema, readJsonInput('--case', batchFile));
  const { experiment, baseIsReference } = readObjective(join(folder, 'objective.json'), batch);
  if (baseIsReference && !existsSync(join(folder, 'adapter_config.json')))
    throw new InputError(`${join(folder, 'objective.json')}: reference`, 'base', 'a case with an adapter');
  return {
    experiment,
    baseIsReference,
    moment: { step: batch.step, pastAccuracies: [], temperature: batch.temperature },
    rollouts: batch.sequences.map((sequence, index) => readRollout(sequence, `${batchFile}: sequences.${index}`)),
    optimizer: batch.optimizer === undefined ? null : readOptimizer(batch.optimizer),
  };
}

function readRollout(
  { oldLogp, refLogp, values, ...rest }: BatchFile['sequences'][number],
  field: string,
): ObjectiveRollout {
  const { length } = rest.completion;
  for (const [name, given] of Object.entries({ oldLogp, refLogp, values }))
    if (given !== undefined && given.length !== length)
      throw new InputError(`${field}.${name}`, `${given.length} values`, `${length}, one per completion token`);
  const floats = (given: readonly number[] | undefined) => (given === undefined ? null : Float32Array.from(given));
  return { ...rest, oldLogp: Float32Array.from(oldLogp), refLogp: floats(refLogp), values: floats(values) };
}

function readOptimizer({ lr, betas, ...rest }: NonNullable<BatchFile['optimizer']>): OptimizerOptions {
  return { learningRate: lr, beta1: betas[0], beta2: betas[1], ...rest };
}

/** Checked by the reader of experiments, so that a case may say whatever an experiment may. */
function readObjective(
  file: string,
  { sequences, maxNewTokens, totalSteps }: BatchFile,
): Pick<OracleCase, 'experiment' | 'baseIsReference'> {
  const json = readJsonInput('--case', file);
  if (!isRecord(json)) throw new InputError(file, json, 'an object');
  const { advantage, reference, dropGroups, confidence, ...given } = json;
  if (reference !== undefined && reference !== 'base')
    throw new InputError(`${file}: reference`, reference, "'base', or nothing: refLogp in batch.json is the reference");
  if (given['aggregation'] === 'constant' && (given['maxLength'] ?? maxNewTokens ?? null) === null)
    throw new InputError(`${file}: maxLength`, 'nothing', 'the length constant of the constant aggregation');
  const longest = Math.max(...sequences.map(({ completion }) => completion.length));
  const objective = {
    ...leftOut,
    ...given,
    ...(advantage === undefined ? {} : { algorithm: algorithmNamed(file, advantage) }),
    dropGroups: dropGroups ?? 'none',
    // The oracle's mapping has no name.
    confidence: isRecord(confidence) ? { kind: 'power', ...confidence } : (confidence ?? null),
  };
  try {
    const experiment = parseExperiment(
      { objective, sampling: { maxNewTokens: maxNewTokens ?? longest }, steps: totalSteps },
      catalogue,
    );
    return { experiment, baseIsReference: reference === 'base' };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${file}: ${error.field.replace(/^objective\./, '')}`, error.value, error.allowed);
  }
}

function algorithmNamed(file: string, advantage: unknown): string {
  const found = Object.entries(algorithmOf).find(([name]) => name === advantage);
  if (found === undefined)
    throw new InputError(`${file}: advantage`, advantage, `${Object.keys(algorithmOf).join(' | ')}, or an algorithm`);
  return found[1];
}
