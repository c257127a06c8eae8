import type { CurveKind } from '../../experiment/curveKind';
import type { ConfidenceSpec } from '../../experiment/types';

/** One mapping from the confidence of a wrong answer (0 to 1) to the weight of its penalty (0 or more). */
export interface MappingDefinition extends CurveKind {
  /** Throws `InputError` where the data is not of this kind's shape. */
  evaluate(spec: ConfidenceSpec, confidence: number): number;
}

/** What the weights need to know of one rollout. */
export interface ScoredRollout {
  readonly reward: number;
  /** log pi_old per completion token, nats. */
  readonly oldLogp: ArrayLike<number>;
}

export interface PenaltyWeights {
  /** exp(mean log pi_old) per rollout. */
  readonly confidence: Float64Array;
  /** Weight per rollout; the mean over its tokens where the scope is `token`; 1 for right answers. */
  readonly weight: Float64Array;
  /** Weight per completion token of each rollout. */
  readonly tokenWeight: readonly Float64Array[];
}
