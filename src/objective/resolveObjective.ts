/** What an experiment optimises, at one rollout step: everything between the rollouts and the weighted tokens asks this, and nothing looks the algorithm up again. */
import { findAlgorithm } from '../algorithms/parts/registry';
import type { AlgorithmDefinition, CriticSettings } from '../algorithms/parts/types';
import type { Experiment, Objective } from '../experiment/types';
import type { LossOptions } from '../records/weighted';
import { coefficientsAt, type Coefficients } from './coefficients';
import { clipOptions } from './surrogate';
import type { AggregationOptions } from './tokenWeights';

/** The fields of an experiment that decide weights and advantages. */
export type ObjectiveSettings = Pick<Experiment, 'objective' | 'optimizer' | 'sampling' | 'steps'>;

/** The part that is known before the rollouts are. */
export interface ResolvedObjective {
  readonly settings: ObjectiveSettings;
  readonly algorithm: AlgorithmDefinition;
  /** How many rollout batches may be generated to fill one with groups that are not dropped; 1 = no refill. */
  readonly generationCap: number;
  /** Null without a critic. */
  readonly critic: CriticSettings | null;
}

/** Throws `InputError` on an unknown algorithm or a parameter of it that is no number. */
export function resolveObjective(settings: ObjectiveSettings): ResolvedObjective {
  const { algorithm: id, params } = settings.objective;
  const algorithm = findAlgorithm(id);
  return {
    settings,
    algorithm,
    generationCap: algorithm.generationCap(params),
    critic: algorithm.critic?.(params) ?? null,
  };
}

/** Where in the run a rollout batch stands, and what came of it. */
export interface ObjectiveMoment {
  /** Rollout step t, 0-based. */
  readonly step: number;
  /** Share of right answers of this batch, before its updates. */
  readonly accuracy: number;
  /** Of the earlier batches, oldest first. */
  readonly pastAccuracies: readonly number[];
  /** That the batch was sampled at. */
  readonly temperature: number;
}

/** The objective with every schedule evaluated. */
export interface StepObjective extends ResolvedObjective {
  readonly objective: Objective;
  readonly coefficients: Coefficients;
  /** Longest completion that sampling allows, tokens. */
  readonly maxNewTokens: number;
  /** Whether the rollouts must be scored by the reference: for a KL term, or for the advantage itself. */
  readonly needsReference: boolean;
  readonly aggregation: AggregationOptions;
  readonly loss: LossOptions;
}

export function objectiveAt(resolved: ResolvedObjective, moment: ObjectiveMoment): StepObjective {
  const { settings, algorithm } = resolved;
  const { objective, sampling, steps } = settings;
  const { step, accuracy, pastAccuracies, temperature } = moment;
  const coefficients = coefficientsAt(settings, { step, totalSteps: steps, accuracy, pastAccuracies });
  const { entropyCoef, klCoef } = coefficients;
  const { aggregation, normalizer, maxLength, klEstimator, params } = objective;
  return {
    ...resolved,
    objective,
    coefficients,
    maxNewTokens: sampling.maxNewTokens,
    needsReference: klCoef > 0 || algorithm.needsReference(params),
    // The length constant defaults to the longest answer.
    aggregation: { aggregation, normalizer, maxLength: maxLength ?? sampling.maxNewTokens, entropyCoef, klCoef },
    loss: { temperature, ...clipOptions(objective), klEstimator },
  };
}
