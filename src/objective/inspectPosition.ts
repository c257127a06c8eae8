/** The token inspector on a step that was trained: what `nsr inspect` and the page say of one position of one answer. Pure. */
import {
  contributionsAt,
  inspectToken,
  type Contribution,
  type PushedRollout,
  type TokenInspection,
} from './inspectToken';

/** A step after its updates. */
export interface InspectedStep<Rollout extends PushedRollout = PushedRollout> {
  /** That its rollouts were sampled at. */
  readonly temperature: number;
  readonly rollouts: readonly Rollout[];
}

export interface PositionQuestion {
  readonly chosen: Pick<PushedRollout, 'prompt' | 'completion'>;
  /** Index into the completion. */
  readonly position: number;
  /** Logits there before the updates, [V], not divided by the temperature. */
  readonly before: Float32Array;
  /** And after them; null where the weights before were not kept. */
  readonly after: Float32Array | null;
  /** Tokens shown: the likeliest, and every one that a rollout chose there. */
  readonly topK: number;
}

export interface PositionInspection {
  /** Rollouts of the step that pass through the same position. */
  readonly contributions: readonly Contribution[];
  readonly ratio: TokenInspection;
  readonly probability: TokenInspection;
}

/** Both forms of the gradient at one position, with the weights that the updates used. */
export function inspectPosition(
  { temperature, rollouts }: InspectedStep,
  { chosen, position, before, after, topK }: PositionQuestion,
): PositionInspection {
  const contributions = contributionsAt(rollouts, chosen, position);
  const request = { before, after, temperature, contributions, stepSize: null, topK };
  return {
    contributions,
    ratio: inspectToken({ ...request, form: 'ratio' }),
    probability: inspectToken({ ...request, form: 'probability' }),
  };
}
