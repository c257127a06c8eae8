/** What an error makes of a run: a lost device is replaced once, anything else ends the run and frees the device. */
import { applyEdits } from '../../../experiment/edits';
import { outOfMemory } from '../outOfMemory';
import { ask, patch, type Step } from './commands';
import type { WorkerEvent } from './events';
import { othersGoOn, type HeldRun, type Order } from './state';
import { done, drive, sayEnd } from './turns';

/** No more than one automatic recovery in this time. */
const RECOVERY_PAUSE_MS = 120_000;

type Threw = Extract<WorkerEvent, { type: 'threw' }>;

export function halt(step: Step, run: HeldRun, threw: Threw): Step {
  const { key } = run;
  const experiment = threw.experiment ?? run.experiment;
  const closed = ask(patch(step, key, { open: false, experiment }), { type: 'close', key });
  if (threw.error.kind !== 'device-lost') {
    const freed = othersGoOn(step.state) ? closed : ask(closed, { type: 'close-gpu' });
    const inForce = applyEdits(experiment, threw.step);
    const error = threw.error.kind === 'out-of-memory' ? outOfMemory(inForce, threw.error.message) : threw.error;
    return done(ask(freed, { type: 'say-stopped', key, error }), key, false);
  }
  // A pause was asked for: the device is replaced when the run goes on.
  if (run.pausing) return done(sayEnd(closed, key, 'paused'), key, true);
  return recover(closed, { ...run, open: false, experiment }, threw);
}

/** A fresh device, the last good copy, and on; a second loss soon after is left to the person. */
function recover(step: Step, run: HeldRun, { at }: Threw): Step {
  const { key, recoveredAt, copyStep } = run;
  const again = recoveredAt !== null && at - recoveredAt < RECOVERY_PAUSE_MS;
  const marked = patch(step, key, { recoveredAt: at });
  if (again) {
    const message = 'The graphics device was lost twice within two minutes, so it is not tried again by itself';
    return done(ask(marked, { type: 'say-stopped', key, error: { kind: 'device-lost', message } }), key, false);
  }
  const from = copyStep === null ? 'its start' : `step ${copyStep}`;
  const words = `The graphics device was lost. The run goes on from ${from}.`;
  return drive(ask(marked, { type: 'say', key, words }), run, orderOf(run));
}

const orderOf = ({ activity }: HeldRun): Order =>
  'order' in activity ? activity.order : { maxSteps: null, quiet: false };
