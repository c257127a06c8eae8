/**
 * A pause within a step.
 *
 * A step that is under way when a pause is asked for may end by itself within a moment; after that it is abandoned at the next of
 * its breakpoints, between two submits, and made again when the run goes on. It is not held where it is: nothing half done would
 * lie on the device while the page looks into the model, another run takes its turn or the process ends, and a copy of the run
 * is always one of a step's beginning. (seed, step) decide every draw, so the step made again has the same bits; what is lost is
 * the time of one step at most.
 */
import type { Clock } from '../lib/clock';
import type { Critic } from '../model/critic';
import type { Policy } from '../model/policy';

/** Thrown at a breakpoint: the work that asked ends there. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** Throws `AbandonedError` where whoever asks should go no further. */
export type Breakpoint = () => void;

/** So long a step may go on to its end after a pause was asked for. */
const graceMs = 300;

export function createBreakpoint(clock: Clock, signal: AbortSignal | undefined): Breakpoint {
  let askedAt = signal?.aborted === true ? clock() : Infinity;
  signal?.addEventListener('abort', () => (askedAt = Math.min(askedAt, clock())), { once: true });
  return () => {
    if (clock() - askedAt >= graceMs) throw new AbandonedError('a pause was asked for');
  };
}

export const noBreakpoint: Breakpoint = () => undefined;

/** Models as they were before the updates of a step. */
export interface WayBack {
  restore(): Promise<void>;
}

export async function takeWayBack(policy: Policy, critic: Critic | null): Promise<WayBack> {
  const kept = { policy: await policy.save(), critic: critic === null ? null : await critic.save() };
  return {
    async restore() {
      await policy.load(kept.policy);
      if (critic !== null && kept.critic !== null) await critic.load(kept.critic);
    },
  };
}
