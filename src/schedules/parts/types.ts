import type { CurveKind } from '../../experiment/curveKind';
import type { ScheduleSpec } from '../../experiment/types';

/** What a schedule may look at. `step` is the rollout step t (0-based), `totalSteps` the planned T; `accuracy` is this rollout batch's share of right answers, before its updates. */
export interface ScheduleContext {
  readonly step: number;
  readonly totalSteps: number;
  readonly accuracy: number;
  /** Accuracies of the earlier rollout batches, oldest first (for smoothed accuracy-driven curves). */
  readonly pastAccuracies?: readonly number[];
}

/** One kind of curve. Its value never leaves the range spanned by its parameters of role `value` (or its knots' y), so that
 * whoever checks those has checked the curve. */
export interface ScheduleDefinition extends CurveKind {
  /** Key of the parameter that a plain number in an experiment stands for; one kind has it. */
  readonly plain?: string;
  /** Its value does not follow the step, so that during a run its parameters may be moved as before it. A kind that follows the
   * step is turned into knots from the playhead on: its past stays what it was. */
  readonly timeless?: boolean;
  /** Keys of the parameters between which a value lies that the drawing cannot know beforehand. */
  readonly band?: readonly [low: string, high: string];
  /** Value at the context's step. Throws `InputError` where the data is not of this kind's shape. */
  evaluate(spec: ScheduleSpec, context: ScheduleContext): number;
}
