/**
 * Forces before an update, and what came of them after it. Reads the policy only: a run has the same bits with and without.
 * One measurement costs a backward pass over the batch, at most one over its wrong answers, and one per measure over the probe.
 */
import type { Experiment } from '../../experiment/types';
import { invariant } from '../../lib/invariant';
import { failure, success, type Result } from '../../lib/result';
import { deriveSeed } from '../../lib/rng';
import type { OptimizerOptions, Policy, PolicyCheckpoint } from '../../model/policy';
import type { StepObjective } from '../../objective/resolveObjective';
import type { ForceMeasure, ForceRow } from '../../records/forces';
import type { LossOptions } from '../../records/weighted';
import { heldOutProblems } from '../evaluate';
import { answerProbabilities, probabilitiesOf, sequencesOf } from '../exact/answerProbabilities';
import { listRightSequences, type ListedProblem } from '../exact/rightSequences';
import type { PreparedRollout } from '../prepare';
import { gradedRollouts, type AnswerWorld } from '../rollouts';
import { batchDirections, directionOf, noiseForms, normForm, productsWith, updatesAt } from './batchDirections';
import { batchParts } from './batchParts';
import { preconditioner, replay } from './optimizerReplay';
import {
  entropySequences,
  lengthSequences,
  meanPass,
  passSequences,
  reweightedMeasures,
  sampledMeasures,
  type ProbeSample,
} from './probeMeasures';
import { displacement, dot, type ParameterVector } from './vectors';

/** Above this the vectors of a measurement (some thirty) would take more memory than a page has. */
const largestModel = 2_000_000;

/** A clip so far out that it never acts; finite, since WGSL may take infinities for impossible. */
const openClip = 1e6;

export interface ProbeOptions {
  /** Held-out problems of the probe. */
  readonly problems: number;
  /** Answers sampled per problem for entropy and length. */
  readonly samples: number;
  /** The k of pass@k. */
  readonly ks: readonly number[];
  /** Whether the length of answers is measured, too. */
  readonly length: boolean;
}

export const defaultProbe: ProbeOptions = { problems: 96, samples: 4, ks: [1, 64], length: true };

/** For whoever looks on while it trains: less than half the cost (docs/forces.md), with a rougher gradient of the measures. */
export const lightProbe: ProbeOptions = { problems: 32, samples: 2, ks: [1, 64], length: false };

/** One rollout step as the forces need it: after its rollouts were prepared, before its first update. */
export interface StepMoment {
  /** With the edits in force: decides the mini-batches. */
  readonly experiment: Pick<Experiment, 'batch' | 'seed'>;
  readonly step: number;
  /** The objective with this step's schedules. */
  readonly at: StepObjective;
  readonly prepared: readonly PreparedRollout[];
  readonly optimizer: OptimizerOptions;
  /** Share of right answers of the batch. */
  readonly accuracy: number;
}

export interface PendingForces {
  /** `along` and `realised` are null. */
  readonly row: ForceRow;
  /** Call after the updates of the same step: the row with what came of them. */
  after(): Promise<ForceRow>;
}

export interface ForceProbe {
  /** A reason where a gradient is not finite. */
  before(moment: StepMoment): Promise<Result<PendingForces>>;
}

/** The probe of a run: the first held-out problems of its evaluation seed, and its evaluation's temperature. A reason where the model is
 * too large for vectors on the host, or right answers cannot be listed. */
export function createForceProbe(
  world: AnswerWorld,
  { evaluation, sampling }: Pick<Experiment, 'evaluation' | 'sampling'>,
  options: ProbeOptions = defaultProbe,
): Result<ForceProbe> {
  const { policy, task, codec } = world;
  if (policy.parameterCount > largestModel)
    return failure(`${policy.parameterCount} parameters; forces are computed for up to ${largestModel}`);
  const problems = heldOutProblems(task, options.problems, evaluation.seed);
  const { maxNewTokens } = sampling;
  const { vocabularySize, eosTokenId } = policy;
  const listed = listRightSequences(task, codec, problems, { vocabularySize, eosTokenId, maxNewTokens });
  if (!listed.ok) return listed;
  const drawing = {
    groupSize: options.samples,
    maxNewTokens,
    temperature: evaluation.temperature,
    topK: 0,
    topP: 1,
    greedy: false,
    seed: deriveSeed(evaluation.seed, 'forces'),
    stream: 0,
  };
  const probe: Probe = { policy, listed: listed.value, temperature: evaluation.temperature, options };
  return success({
    before: async (moment) => {
      const rollouts = await gradedRollouts(world, { problems, sampling: drawing });
      return measure(
        probe,
        rollouts.map(({ prompt, completion, logp, entropy }) => ({ prompt, completion, logp, entropy, weight: 1 })),
        moment,
      );
    },
  });
}

interface Probe {
  readonly policy: Policy;
  readonly listed: readonly ListedProblem[];
  readonly temperature: number;
  readonly options: ProbeOptions;
}

interface MeasuredGradient {
  readonly kind: ForceMeasure['kind'];
  readonly k: number | null;
  readonly value: number;
  readonly gradient: ParameterVector;
}

async function measure(
  probe: Probe,
  samples: readonly ProbeSample[],
  moment: StepMoment,
): Promise<Result<PendingForces>> {
  const { experiment, step, at, prepared, optimizer } = moment;
  const { policy } = probe;
  const checkpoint = await policy.save();
  const gradients = await probeGradients(probe, samples);
  const batch = batchParts(experiment, step, at, prepared);
  const loss: LossOptions = { ...openLoss(at.loss.temperature), klEstimator: at.loss.klEstimator };
  const directions = await batchDirections(policy, batch, loss);
  if (gradients === null || directions === null) return failure(`a gradient at step ${step} is not finite`);

  const { positiveWeight, negativeWeight, signed } = batch;
  const updates = updatesAt(directions.miniBatches, { positiveWeight, negativeWeight }, optimizer.maxGradNorm);
  const classes = directions.miniBatches.flatMap(({ positive, negative }) => [positive, negative]);
  const { metric, source } = preconditioner(checkpoint, updates, classes, optimizer);
  const { innerEpochs } = experiment.batch;
  const epochs = Array.from({ length: innerEpochs }, () => updates).flat();
  const forecast = replay(checkpoint, epochs, optimizer);
  const row: ForceRow = {
    step,
    signed,
    positiveWeight,
    negativeWeight,
    learningRate: optimizer.learningRate,
    maxGradNorm: optimizer.maxGradNorm,
    innerEpochs,
    accuracy: moment.accuracy,
    probe: { problems: probe.listed.length, samples: probe.options.samples, temperature: probe.temperature },
    metric: source,
    miniBatches: directions.miniBatches.map((own) => ({ norm: normForm(own), updates: own.updates })),
    measures: gradients.map(({ kind, k, value, gradient }) => ({
      kind,
      k,
      value,
      ...productsWith(gradient, directions, metric, optimizer.learningRate),
      forecast: dot(gradient, forecast),
      along: null,
      realised: null,
    })),
    bins: batch.bins.map(({ low, high, answers, tokenWeight }) => ({ low, high, answers, tokenWeight })),
    noise: noiseForms(directions.parts, metric),
  };
  return success({ row, after: () => realise(probe, samples, row, gradients, checkpoint) });
}

async function probeGradients(probe: Probe, samples: readonly ProbeSample[]): Promise<MeasuredGradient[] | null> {
  const { policy, listed, temperature, options } = probe;
  const loss = openLoss(temperature);
  const { logp } = await policy.score(sequencesOf(listed), temperature);
  const answers = probabilitiesOf(listed, logp);
  const { entropyNats, length } = sampledMeasures(samples);
  const wanted = [
    ...options.ks.map((k) => ({
      kind: 'pass' as const,
      k,
      value: meanPass(answers, k),
      sequences: passSequences(listed, logp, k),
    })),
    { kind: 'entropy' as const, k: null, value: entropyNats, sequences: entropySequences(samples) },
    ...(options.length
      ? [{ kind: 'length' as const, k: null, value: length, sequences: lengthSequences(samples) }]
      : []),
  ];
  const measured: MeasuredGradient[] = [];
  for (const { sequences, ...measure } of wanted) {
    const gradient = await directionOf(policy, sequences, loss);
    if (gradient === null) return null;
    measured.push({ ...measure, gradient });
  }
  return measured;
}

async function answersOf({ policy, listed, temperature }: Probe): Promise<Float64Array[]> {
  const answers = await answerProbabilities(policy, listed, temperature);
  invariant(answers !== null, 'scoring without a signal is not aborted');
  return answers;
}

/** The row with what the updates did, measured on the policy as they left it. */
async function realise(
  probe: Probe,
  samples: readonly ProbeSample[],
  row: ForceRow,
  gradients: readonly MeasuredGradient[],
  before: PolicyCheckpoint,
): Promise<ForceRow> {
  const moved = displacement(before.parameters, (await probe.policy.save()).parameters);
  const answers = await answersOf(probe);
  const scored = await probe.policy.score(samples, probe.temperature);
  const sampled = reweightedMeasures(samples, scored.logp, scored.entropy);
  const valueNow = ({ kind, k }: ForceMeasure) => {
    switch (kind) {
      case 'pass':
        return meanPass(answers, k ?? 1);
      case 'entropy':
        return sampled.entropyNats;
      case 'length':
        return sampled.length;
      default:
        return kind satisfies never;
    }
  };
  return {
    ...row,
    measures: row.measures.map((measure, index) => ({
      ...measure,
      along: dot(gradients[index]?.gradient ?? new Map(), moved),
      realised: valueNow(measure) - measure.value,
    })),
  };
}

const openLoss = (temperature: number): LossOptions => ({
  temperature,
  clipLow: openClip,
  clipHigh: openClip,
  dualClip: null,
  klEstimator: 'k3',
});
