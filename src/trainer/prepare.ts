/** Between rollout and updates: what the reference and the critic say of the rollouts, and the objective's rating of them. */
import { InputError } from '../lib/errors';
import { invariant } from '../lib/invariant';
import type { Critic } from '../model/critic';
import type { Policy, Watch } from '../model/policy';
import { rateRollouts, type ObjectiveRollout, type Rating } from '../objective/rateRollouts';
import type { StepObjective } from '../objective/resolveObjective';
import type { GradedRollout } from './rollouts';

/** A rollout with all that an update needs. */
export interface PreparedRollout extends ObjectiveRollout, Rating {
  readonly rollout: GradedRollout;
}

/** The models beside the policy; a reference is made only when first needed. */
export interface SideModels {
  readonly reference: (() => Promise<Pick<Policy, 'score'>>) | null;
  readonly critic: Critic | null;
}

/** Scores and rates one rollout batch. Throws `InputError` where the objective needs a model that this run lacks. */
export async function prepareBatch(
  at: StepObjective,
  rollouts: readonly GradedRollout[],
  models: SideModels,
  watch?: Watch,
): Promise<PreparedRollout[]> {
  const { temperature } = at.loss;
  const scores = at.needsReference
    ? await (await referenceOf(models)).score(rollouts, temperature, false, watch)
    : null;
  const values = at.critic === null ? null : await criticOf(models).values(rollouts, watch);
  return rateRollouts(
    at,
    rollouts.map((rollout, index) => ({
      rollout,
      group: rollout.group,
      reward: rollout.grade.reward,
      prompt: rollout.prompt,
      completion: rollout.completion,
      oldLogp: rollout.logp,
      refLogp: scores?.logp[index] ?? null,
      values: values?.[index] ?? null,
    })),
  );
}

function referenceOf({ reference }: SideModels): Promise<Pick<Policy, 'score'>> {
  if (reference === null)
    throw new InputError('objective.klCoef', 'a KL term', 'none: this run has no starting model to compare with');
  return reference();
}

function criticOf({ critic }: SideModels): Critic {
  invariant(critic !== null, 'an algorithm with a critic was given one');
  return critic;
}
