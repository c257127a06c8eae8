/**
 * The rollout batch as directions: what its right answers, its wrong answers and its wrong answers of one confidence pull at,
 * per unit of lambda or beta, before any of them is weighed against the others. At rho = 1 and without a clip: as the first
 * mini-batch will see them.
 */
import type { Experiment } from '../../experiment/types';
import { rateRollouts } from '../../objective/rateRollouts';
import type { StepObjective } from '../../objective/resolveObjective';
import { tokenWeights, weightOfToken, type AggregationOptions } from '../../objective/tokenWeights';
import type { WeightedSequence } from '../../records/weighted';
import { evenParts, miniBatches } from '../miniBatches';
import type { PreparedRollout } from '../prepare';

/** Equal bins over the confidence 0 to 1: three of the page's histogram in each. */
export const confidenceBins = 8;

/** Parts into which the batch falls at least, for the share of signal: each holds whole groups of one mini-batch. */
const fewestParts = 8;

export interface BatchPart {
  readonly miniBatch: number;
  /** Loss of these = minus the direction; empty where the part has none of the class. */
  readonly positive: readonly WeightedSequence[];
  readonly negative: readonly WeightedSequence[];
}

export interface MiniBatch {
  /** Entropy bonus and KL term, whose weights are not lambda's or beta's; empty without them. */
  readonly rest: readonly WeightedSequence[];
  /** False: the mix in force gives it no weight at all, and there is no update. */
  readonly updates: boolean;
}

export interface ConfidenceBin {
  readonly low: number;
  readonly high: number;
  /** Wrong answers in it, and the share of the batch's token weight that they have. */
  readonly answers: number;
  readonly tokenWeight: number;
  /** A = -1 for every one of them (other methods: the negative advantage as it is). */
  readonly sequences: readonly WeightedSequence[];
}

export interface BatchParts {
  readonly parts: readonly BatchPart[];
  readonly miniBatches: readonly MiniBatch[];
  readonly bins: readonly ConfidenceBin[];
  /** The bins add up to the negative class: no wrong answer weighs more or less than another. */
  readonly binsAddUp: boolean;
  /** What the two classes are multiplied by at present: lambda and beta, or 1 and 1 where a method has neither. */
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  /** lambda and beta are free: the method reads them. */
  readonly signed: boolean;
}

interface UnitRollout {
  readonly prepared: PreparedRollout;
  /** Advantage at lambda = beta = 1. */
  readonly unit: Float32Array;
  /** Weight of each of its tokens in its mini-batch's sum. */
  readonly tokenWeight: number;
}

/** Pure. Mini-batches are those of the first inner epoch of `step`. */
export function batchParts(
  { batch, seed }: Pick<Experiment, 'batch' | 'seed'>,
  step: number,
  at: StepObjective,
  prepared: readonly PreparedRollout[],
): BatchParts {
  const signed = at.algorithm.uses.includes('positiveWeight');
  const units = signed ? unitAdvantages(at, prepared) : prepared.map(({ advantage }) => advantage);
  const unitOf = new Map(prepared.map((one, index) => [one, units[index] ?? one.advantage]));
  const groups = [...new Set(prepared.map(({ group }) => group))];

  const batches = miniBatches(groups, batch.updatesPerRollout, seed, step, 0).map((own) => {
    const members = prepared.filter(({ group }) => own.includes(group));
    const weight = tokenWeightOf(members, at.aggregation);
    const rollouts = members.map((one): UnitRollout => {
      const unit = unitOf.get(one) ?? one.advantage;
      return { prepared: one, unit, tokenWeight: weight(one.completion.length) };
    });
    return { own, members, rollouts };
  });

  const perBatch = Math.ceil(fewestParts / Math.max(1, batches.length));
  const parts = batches.flatMap(({ own, rollouts }, miniBatch) =>
    evenParts(own, perBatch).map((chosen): BatchPart => {
      const members = rollouts.filter(({ prepared: one }) => chosen.includes(one.group));
      return {
        miniBatch,
        positive: members.flatMap((one) => classSequence(one, (value) => (value > 0 ? value : 0))),
        negative: members.flatMap((one) => classSequence(one, (value) => (value < 0 ? value : 0))),
      };
    }),
  );
  return {
    parts,
    miniBatches: batches.map(({ members }) => restOf(members, at.aggregation)),
    bins: bins(
      batches.flatMap(({ rollouts }) => rollouts),
      signed,
    ),
    binsAddUp: !signed || units.every((unit) => unit.every((value) => value >= 0 || value === -1)),
    positiveWeight: signed ? at.coefficients.positiveWeight : 1,
    negativeWeight: signed ? at.coefficients.negativeWeight : 1,
    signed,
  };
}

/** Advantages of the signed family at lambda = beta = 1, dropped groups at 0. */
function unitAdvantages(at: StepObjective, prepared: readonly PreparedRollout[]): Float32Array[] {
  const coefficients = { ...at.coefficients, positiveWeight: 1, negativeWeight: 1 };
  return rateRollouts({ ...at, coefficients }, prepared).map(({ advantage }) => advantage);
}

/** Token weight by length under the mix in force. A class without weight that `kept` leaves out of the sums gets the weight of
 * the others; where nothing has any, the weight of all. */
function tokenWeightOf(members: readonly PreparedRollout[], options: AggregationOptions): (length: number) => number {
  const live = members.filter(({ advantage }) => advantage.some((value) => value !== 0));
  const counted = options.normalizer === 'all' || live.length === 0 ? members : live;
  const lengths = counted.map(({ advantage }) => advantage.length).filter((length) => length > 0);
  const tokens = lengths.reduce((total, length) => total + length, 0);
  return (length) => weightOfToken(options, length, lengths.length, tokens);
}

function restOf(members: readonly PreparedRollout[], options: AggregationOptions): MiniBatch {
  const weights = tokenWeights(
    members.map(({ advantage }) => advantage),
    options,
  );
  const some = (values: Float32Array | undefined) => values?.some((value) => value !== 0) === true;
  const rest = members.flatMap(({ prompt, completion, oldLogp, refLogp }, index): WeightedSequence[] => {
    const own = weights[index];
    if (own === undefined || !(some(own.entropyWeight) || some(own.klWeight))) return [];
    const zeros = new Float32Array(completion.length);
    return [{ prompt, completion, oldLogp, refLogp, advantage: zeros, ...own, policyWeight: zeros }];
  });
  return { rest, updates: rest.length > 0 || weights.some(({ policyWeight }) => some(policyWeight)) };
}

/** The sequence with its advantage mapped; nothing where no token keeps any. */
function classSequence(
  { prepared: { prompt, completion, oldLogp }, unit, tokenWeight }: UnitRollout,
  map: (advantage: number) => number,
): WeightedSequence[] {
  const advantage = unit.map(map);
  if (!advantage.some((value) => value !== 0)) return [];
  const zeros = new Float32Array(completion.length);
  return [
    {
      prompt,
      completion,
      oldLogp,
      refLogp: null,
      advantage,
      policyWeight: advantage.map((value) => (value === 0 ? 0 : tokenWeight)),
      entropyWeight: zeros,
      klWeight: zeros,
    },
  ];
}

function bins(rollouts: readonly UnitRollout[], signed: boolean): ConfidenceBin[] {
  const negative = rollouts.filter(({ prepared, unit }) =>
    signed ? prepared.reward === 0 && !prepared.dropped : unit.some((value) => value < 0),
  );
  const weightOf = ({ prepared, tokenWeight }: UnitRollout) => tokenWeight * prepared.completion.length;
  const all = rollouts.reduce((total, one) => total + weightOf(one), 0);
  return Array.from({ length: confidenceBins }, (_, bin) => {
    const own = negative.filter(({ prepared }) => binOf(prepared.confidence) === bin);
    return {
      low: bin / confidenceBins,
      high: (bin + 1) / confidenceBins,
      answers: own.length,
      tokenWeight: all > 0 ? own.reduce((total, one) => total + weightOf(one), 0) / all : 0,
      sequences: own.flatMap((one) =>
        signed
          ? classSequence({ ...one, unit: one.unit.map(() => -1) }, (value) => value)
          : classSequence(one, (value) => (value < 0 ? value : 0)),
      ),
    };
  });
}

const binOf = (confidence: number) =>
  Math.min(confidenceBins - 1, Math.max(0, Math.floor(confidence * confidenceBins)));
