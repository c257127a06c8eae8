/** What sampling alone does with a run's weights as they are: one forward pass over the right answers of its held-out problems. Draws nothing, so
 * that the run's numbers stay what they are. */
import { exactKs } from '../../lib/exactPass';
import type { Policy } from '../../model/policy';
import type { RunCooling } from '../../records/cooling';
import { heldOutProblems } from '../../trainer/evaluate';
import { coolingPoints } from '../../trainer/exact/coolingCurve';
import { listRightSequences } from '../../trainer/exact/rightSequences';
import type { Engine } from './engine';

type CooledModel = Pick<Engine, 'task' | 'codec'> & {
  readonly policy: Pick<Policy, 'completionLogits' | 'vocabularySize' | 'eosTokenId'>;
  readonly trainer: Pick<Engine['trainer'], 'experiment' | 'state'>;
};

export async function presentCooling({ policy, trainer, task, codec }: CooledModel): Promise<RunCooling> {
  const { evaluation, sampling } = trainer.experiment();
  const { vocabularySize, eosTokenId } = policy;
  const space = { vocabularySize, eosTokenId, maxNewTokens: sampling.maxNewTokens };
  const listed = listRightSequences(task, codec, heldOutProblems(task, evaluation.problems, evaluation.seed), space);
  if (!listed.ok) return listed;
  const measured = await coolingPoints(policy, listed.value);
  if (!measured.ok) return measured;
  return { ok: true, step: trainer.state().step, curve: { ks: exactKs, points: measured.value.points } };
}
