import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment/types';
import { AbandonedError, createBreakpoint } from './breakpoint';
import { createConstantCritic, rowsOf, toyExperiment, toyRun } from './toyRun.fixture';
import type { TrainerOptions } from './train';
import { createTabularPolicy, type TabularPolicy } from './tabularPolicy.fixture';

it('lets a moment pass after a pause was asked for', () => {
  let now = 0;
  const control = new AbortController();
  const breakpoint = createBreakpoint(() => now, control.signal);
  breakpoint();
  now = 1000;
  control.abort();
  expect(breakpoint).not.toThrow();
  now = 1299;
  expect(breakpoint).not.toThrow();
  now = 1300;
  expect(breakpoint).toThrow(AbandonedError);
});

it('nobody asks: nothing is abandoned', () => {
  expect(createBreakpoint(() => Infinity, undefined)).not.toThrow();
});

/** What a slow device does within a step, by name, one call after another. */
type Moment = 'rollout' | 'update';

/** A run whose every work takes two seconds, and which is paused at the `nth` of them from its third step on. */
function slowRun(experiment: Experiment, nth: number, options: Partial<TrainerOptions> = {}) {
  let now = 0;
  let calls = 0;
  const control = new AbortController();
  const policy = createTabularPolicy(5, [0.5]);
  const run = toyRun(experiment, { clock: () => now, ...options }, slowed(policy));
  function slowed(own: TabularPolicy): TabularPolicy {
    const pass = (_: Moment) => {
      if (run.trainer.state().step === 2 && ++calls === nth) control.abort();
      now += 2000;
    };
    return {
      ...own,
      rollout: (request, watch) =>
        own.rollout(request, (...progress) => {
          pass('rollout');
          watch?.(...progress);
        }),
      update: (batch, loss, optimizer, watch) =>
        own.update(batch, loss, optimizer, (...progress) => {
          pass('update');
          watch?.(...progress);
        }),
    };
  }
  return { ...run, signal: control.signal };
}

describe('a pause within a slow step', () => {
  const four = toyExperiment((experiment) => ({ ...experiment, evaluation: { ...experiment.evaluation, every: 0 } }));
  const once = toyExperiment((experiment) => ({
    ...experiment,
    batch: { ...experiment.batch, updatesPerRollout: 1 },
    evaluation: { ...experiment.evaluation, every: 0 },
  }));

  it.each([
    ['in its rollout', four, 1],
    ['in its only update', once, 2],
    ['in the first of four updates', four, 2],
    ['in the third of four updates', four, 4],
  ])('%s abandons it, and the run goes on to the same rows and weights', async (_, experiment, nth) => {
    const whole = toyRun(experiment);
    await whole.trainer.run();
    const run = slowRun(experiment, nth);
    expect(await run.trainer.run({ signal: run.signal })).toEqual({ reason: 'aborted' });
    expect(run.trainer.state().step).toBe(2);
    expect(await run.trainer.run()).toEqual({ reason: 'finished' });
    expect(rowsOf(run.events)).toEqual(rowsOf(whole.events));
    expect(await run.policy.save()).toEqual(await whole.policy.save());
  });

  it('takes the critic back too', async () => {
    const ppo = toyExperiment((experiment) => ({
      ...experiment,
      objective: { ...experiment.objective, algorithm: 'ppo' },
      batch: { ...experiment.batch, updatesPerRollout: 2 },
      evaluation: { ...experiment.evaluation, every: 0 },
    }));
    const [ours, theirs] = [createConstantCritic(), createConstantCritic()];
    const whole = toyRun(ppo, { critic: theirs });
    await whole.trainer.run();
    const run = slowRun(ppo, 3, { critic: ours });
    expect(await run.trainer.run({ signal: run.signal })).toEqual({ reason: 'aborted' });
    expect(run.trainer.state().step).toBe(2);
    await run.trainer.run();
    expect(rowsOf(run.events)).toEqual(rowsOf(whole.events));
    expect(ours.value()).toBe(theirs.value());
  });

  it('tells tokens per second and the time left within a long rollout, in the first step too', async () => {
    const { trainer, events, signal } = slowRun(four, Infinity);
    await trainer.run({ maxSteps: 1, signal });
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
    const updates = progress.filter(({ phase, phaseRemainingMs }) => phase === 'update' && phaseRemainingMs !== null);
    expect(updates.length).toBeGreaterThan(0);
    for (const { done, total, phaseRemainingMs } of updates) {
      expect(total).toBe(4);
      expect(phaseRemainingMs).toBeGreaterThanOrEqual(0);
      expect(done).toBeLessThanOrEqual(4);
    }
  });
});
