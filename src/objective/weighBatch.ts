/** Rollouts + objective at step t -> weighted tokens in one go, where the whole batch is one mini-batch and nothing is left to ask
 * of a model: `nsr grad` and the oracle. The trainer calls the same stages, with the models' scores and the split in between. */
import { InputError } from '../lib/errors';
import { mean } from '../lib/stats';
import type { WeightedSequence } from '../records/weighted';
import { rateRollouts, type ObjectiveRollout, type Rating } from './rateRollouts';
import {
  objectiveAt,
  resolveObjective,
  type ObjectiveMoment,
  type ObjectiveSettings,
  type StepObjective,
} from './resolveObjective';
import { weighMiniBatch } from './weighMiniBatch';

export interface WeighedBatch {
  readonly at: StepObjective;
  readonly rated: readonly (ObjectiveRollout & Rating)[];
  readonly sequences: readonly WeightedSequence[];
}

/** The batch's accuracy is that of these rollouts. Throws `InputError` where the objective needs scores of a reference or a
 * critic and a rollout lacks them. */
export function weighBatch(
  settings: ObjectiveSettings,
  moment: Omit<ObjectiveMoment, 'accuracy'>,
  rollouts: readonly ObjectiveRollout[],
): WeighedBatch {
  const accuracy = mean(rollouts.map(({ reward }) => reward));
  const at = objectiveAt(resolveObjective(settings), { ...moment, accuracy });
  const without = (has: (rollout: ObjectiveRollout) => boolean) => rollouts.findIndex((rollout) => !has(rollout));
  const unscored = at.needsReference ? without(({ refLogp }) => refLogp !== null) : -1;
  if (unscored >= 0)
    throw new InputError(
      `sequences.${unscored}.refLogp`,
      'nothing',
      'log-probabilities of the reference, for the KL term',
    );
  const unvalued = at.critic === null ? -1 : without(({ values }) => values !== null);
  if (unvalued >= 0)
    throw new InputError(`sequences.${unvalued}.values`, 'nothing', `values of the critic, for ${at.algorithm.label}`);
  const rated = rateRollouts(at, rollouts);
  return { at, rated, sequences: weighMiniBatch(at, rated) };
}
