/** Going back when numbers stop being finite: to the last good copy, with half the learning rate. */
import { failure, success, type Result } from '../lib/result';
import type { Policy } from '../model/policy';
import type { Critic } from '../model/critic';
import { isFiniteSnapshot, type Snapshot, type TrainerState } from './state';

/** After so many rewinds a run stops by itself: the learning rate is then a 32nd of what was asked. */
const mostRewinds = 5;

export interface Rewinder {
  /** Keeps a first copy where there is none yet. */
  begin(state: TrainerState): Promise<void>;
  /** Keeps a copy where one is due; false where a weight is not finite. */
  keep(state: TrainerState): Promise<boolean>;
  /** Loads the last good copy and gives the state to go on from; a reason where that cannot help. */
  rewind(failed: TrainerState): Promise<Result<TrainerState>>;
}

/** `every`: steps between copies; 0 keeps none, and a run whose numbers break then stops. */
export function createRewinder(policy: Policy, critic: Critic | null, every: number): Rewinder {
  let good: Snapshot | null = null;

  async function copy(state: TrainerState): Promise<boolean> {
    const snapshot = { state, policy: await policy.save(), critic: critic === null ? null : await critic.save() };
    const finite = isFiniteSnapshot(snapshot);
    if (finite) good = snapshot;
    return finite;
  }

  return {
    async begin(state) {
      if (every > 0 && good === null) await copy(state);
    },
    // Copies stand at fixed steps, so that a resumed run goes back to where an uninterrupted one would.
    keep: async (state) => every === 0 || state.step % every !== 0 || copy(state),
    async rewind(failed) {
      if (good === null)
        return failure(
          `numbers stopped being finite at step ${failed.step} and no good copy is kept: lower the learning rate`,
        );
      const rewinds = Math.max(failed.rewinds, good.state.rewinds) + 1;
      if (rewinds > mostRewinds)
        return failure(`numbers stopped being finite ${rewinds} times: lower the learning rate`);
      await policy.load(good.policy);
      if (critic !== null && good.critic !== null) await critic.load(good.critic);
      const learningRateFactor = good.state.learningRateFactor * 2 ** (good.state.rewinds - rewinds);
      return success({ ...good.state, rewinds, learningRateFactor, skippedInARow: 0 });
    },
  };
}
