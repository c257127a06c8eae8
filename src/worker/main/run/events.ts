/** All that can happen to the worker's runs: the page's commands, and what became of what was carried out. */
import type { Experiment } from '../../../experiment/types';
import type { RunEnd } from '../../../trainer/train';
import type { RunCommand, RunError } from '../../protocol';

/** `at`: milliseconds of the worker's clock. `step`: rollout steps done. */
export type WorkerEvent =
  | { readonly type: 'command'; readonly request: number; readonly command: RunCommand }
  /** The stored copy was read: the experiment with the edits up to there. */
  | { readonly type: 'restored'; readonly key: number; readonly experiment: Experiment; readonly step: number }
  | { readonly type: 'opened'; readonly key: number; readonly at: number }
  /** Between two steps; the trainer waits for what is asked for. */
  | { readonly type: 'stepped'; readonly key: number; readonly step: number; readonly at: number }
  | {
      readonly type: 'trained';
      readonly key: number;
      readonly end: RunEnd;
      readonly step: number;
      /** Steps up to and with the last whose numbers were all finite. */
      readonly finiteSteps: number;
    }
  /** `copyStep`: null where numbers were not finite, and the copy before stays. */
  | { readonly type: 'kept'; readonly key: number; readonly copyStep: number | null; readonly at: number }
  /** Opening, training or keeping failed. `experiment`: with the edits recorded so far. */
  | {
      readonly type: 'threw';
      readonly key: number;
      readonly error: RunError;
      readonly experiment: Experiment | null;
      readonly step: number;
      readonly at: number;
    }
  | { readonly type: 'answered'; readonly key: number };
