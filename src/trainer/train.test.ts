import { describe, expect, it } from 'vitest';
import type { Objective } from '../experiment/types';
import type { ForceRow } from '../records/forces';
import type { EvaluationRow, MetricsRow } from '../records/metrics';
import { buildCatalogue } from './catalogue';
import { defaultProbe } from './forces/measureForces';
import { createTabularPolicy } from './tabularPolicy.fixture';
import { createConstantCritic, rowsOf, toyExperiment, toyRun, toyTask } from './toyRun.fixture';
import type { TrainerEvent } from './train';

const steps = (events: readonly TrainerEvent[]): MetricsRow[] =>
  events.flatMap((event) => (event.type === 'step' ? [event.row] : []));
const evaluations = (events: readonly TrainerEvent[]): EvaluationRow[] =>
  events.flatMap((event) => (event.type === 'evaluation' ? [event.row] : []));
const withObjective = (objective: Partial<Objective>) =>
  toyExperiment((toy) => ({ ...toy, objective: { ...toy.objective, ...objective } }));

describe('a run', () => {
  it('learns: NSR and W-REINFORCE raise held-out pass@1', async () => {
    for (const positiveWeight of [0, 0.1]) {
      const { trainer, events } = toyRun(
        toyExperiment((toy) => ({
          ...toy,
          steps: 40,
          evaluation: { ...toy.evaluation, samples: 32 },
          objective: { ...toy.objective, positiveWeight },
        })),
      );
      expect(await trainer.run()).toEqual({ reason: 'finished' });
      const [first, last] = [evaluations(events)[0], evaluations(events).at(-1)];
      expect(last?.passAtK[0]?.mean).toBeGreaterThan((first?.passAtK[0]?.mean ?? 1) + 0.2);
      expect(last?.step).toBe(40);
    }
  });

  it('PSR loses more entropy than NSR', async () => {
    const entropies = [];
    for (const [positiveWeight, negativeWeight] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const { trainer, events } = toyRun(
        toyExperiment((toy) => ({
          ...toy,
          steps: 30,
          objective: { ...toy.objective, positiveWeight, negativeWeight },
        })),
      );
      await trainer.run();
      entropies.push(evaluations(events).at(-1)?.entropyNats ?? 0);
    }
    expect(entropies[0]).toBeLessThan(entropies[1] ?? 0);
  });

  it('measures forces when asked, without changing a number', async () => {
    const plain = toyRun(toyExperiment());
    const watched = toyRun(toyExperiment((toy) => ({ ...toy, evaluation: { ...toy.evaluation, forcesEvery: 3 } })));
    await plain.trainer.run();
    await watched.trainer.run();
    expect(rowsOf(watched.events)).toEqual(rowsOf(plain.events));
    expect(await watched.policy.save()).toEqual(await plain.policy.save());
    const forces = watched.events.flatMap((event) => (event.type === 'forces' ? [event.result] : []));
    expect(forces.map((result) => (result.ok ? result.value.step : result.reason))).toEqual([0, 3, 6]);
    for (const result of forces)
      if (result.ok) expect(result.value.measures.every(({ realised }) => realised !== null)).toBe(true);
    expect(plain.events.some(({ type }) => type === 'forces')).toBe(false);
  });

  it('measures the step about to come, between steps, as the step itself will: no number changes', async () => {
    const plain = toyRun(toyExperiment());
    const asked = toyRun(toyExperiment((toy) => ({ ...toy, evaluation: { ...toy.evaluation, forcesEvery: 3 } })));
    const beside = toyRun(toyExperiment(), { forcesBeside: (step) => (step === 1 ? defaultProbe : null) });
    await plain.trainer.run();
    await asked.trainer.run();
    await beside.trainer.run({ maxSteps: 3 });
    await beside.trainer.measureForces(defaultProbe);
    await beside.trainer.run();
    await beside.trainer.measureForces(defaultProbe);
    expect(rowsOf(beside.events)).toEqual(rowsOf(plain.events));
    expect(await beside.policy.save()).toEqual(await plain.policy.save());
    const rows = ({ events }: typeof asked) =>
      events.flatMap((event) => (event.type === 'forces' && event.result.ok ? [event.result.value] : []));
    expect(rows(beside).map(({ step }) => step)).toEqual([1, 3, toyExperiment().steps]);
    const unknown = ({ measures, ...row }: ForceRow) => ({
      ...row,
      measures: measures.map((measure) => ({ ...measure, along: null, realised: null })),
    });
    const [, ahead] = rows(beside);
    const inStep = rows(asked).find(({ step }) => step === 3);
    expect(ahead && inStep && unknown(inStep)).toEqual(ahead);
  });

  it('says once why forces cannot be measured, and goes on', async () => {
    const experiment = toyExperiment((toy) => ({ ...toy, evaluation: { ...toy.evaluation, forcesEvery: 1 } }));
    const { rightAnswers: _, ...task } = toyTask;
    const { trainer, events } = toyRun(experiment, { task });
    expect(await trainer.run()).toEqual({ reason: 'finished' });
    const forces = events.flatMap((event) => (event.type === 'forces' ? [event.result] : []));
    expect(forces).toEqual([{ ok: false, reason: 'the right answers of toy cannot be listed' }]);
  });

  it('evaluates at the start, every so many steps and at the end, on the same problems', async () => {
    const { trainer, events } = toyRun(toyExperiment((toy) => ({ ...toy, steps: 6 })));
    await trainer.run();
    expect(evaluations(events).map(({ step }) => step)).toEqual([0, 4, 6]);
    expect(new Set(evaluations(events).map(({ problemIds }) => problemIds.join())).size).toBe(1);
    expect(evaluations(events)[0]?.passAtK.map(({ k }) => k)).toEqual([1, 2, 4, 8]);
  });

  it('gives the same rows twice, and others for another seed', async () => {
    const rows = [];
    for (const seed of [3, 3, 4]) {
      const { trainer, events } = toyRun(toyExperiment((toy) => ({ ...toy, seed })));
      await trainer.run();
      rows.push(JSON.stringify(rowsOf(events)));
    }
    expect(rows[0]).toBe(rows[1]);
    expect(rows[0]).not.toBe(rows[2]);
  });

  it('is on-policy on its first mini-batch and nowhere clipped there (invariant 9)', async () => {
    const { trainer, events } = toyRun(
      toyExperiment((toy) => ({ ...toy, batch: { ...toy.batch, updatesPerRollout: 1 } })),
    );
    await trainer.run();
    for (const row of steps(events)) {
      expect(row.samplerGapMax).toBeLessThan(1e-6);
      expect([row.clipLowNegative, row.clipHighNegative, row.clipLowPositive, row.clipHighPositive]).toEqual([
        0, 0, 0, 0,
      ]);
    }
  });

  it('clips once updates leave the sampler behind', async () => {
    const { trainer, events } = toyRun(
      toyExperiment((toy) => ({ ...toy, optimizer: { ...toy.optimizer, learningRate: 0.3 } })),
    );
    await trainer.run();
    expect(steps(events).some(({ clipLowNegative }) => clipLowNegative > 0)).toBe(true);
  });

  it('makes no update at all when nothing carries weight (invariant 4)', async () => {
    // EOS at once: always wrong, so PSR has nothing to learn from.
    const { trainer, events, policy } = toyRun(
      withObjective({ positiveWeight: 1, negativeWeight: 0 }),
      {},
      createTabularPolicy(5, [50]),
    );
    await trainer.run({ maxSteps: 2 });
    expect(policy.steps()).toBe(0);
    expect(steps(events)[0]).toMatchObject({
      updates: 0,
      emptyUpdates: 4,
      gradNorm: null,
      correctRatio: 0,
      unsolvedGroups: 1,
    });
  });

  it('has the share of every group kind and all rollouts in its metrics', async () => {
    const { trainer, events } = toyRun(toyExperiment());
    await trainer.run({ maxSteps: 1 });
    const [row] = steps(events);
    expect((row?.solvedGroups ?? 0) + (row?.unsolvedGroups ?? 0) + (row?.mixedGroups ?? 0)).toBeCloseTo(1, 12);
    expect(row?.rollouts.confidence).toHaveLength(64);
    expect(row).toMatchObject({
      positiveWeight: 0,
      negativeWeight: 1,
      temperature: 1,
      generations: 1,
      trainedGroups: 8,
    });
  });
});

describe('every preset', () => {
  it.each(
    buildCatalogue()
      .presets.filter(({ group }) => group === 'tiny')
      .map(({ id, experiment }) => [id, experiment.objective] as const),
  )('%s trains', async (_, objective) => {
    const experiment = toyExperiment((toy) => ({ ...toy, steps: 4, objective }));
    const { trainer, events } = toyRun(experiment, { critic: createConstantCritic() });
    expect(await trainer.run()).toEqual({ reason: 'finished' });
    expect(
      steps(events)
        .map(({ updates }) => updates)
        .reduce((a, b) => a + b),
    ).toBeGreaterThan(0);
    for (const row of steps(events)) expect(JSON.stringify(row)).not.toContain('NaN');
  });

  it('A-NSR with constants (.1, 1) is W-REINFORCE, bit for bit (invariant 2)', async () => {
    const rows = [];
    for (const [positiveWeight, negativeWeight] of [
      [0.1, 1],
      [
        { kind: 'linear', from: 0.1, to: 0.1 },
        { kind: 'exponential', from: 1, to: 1 },
      ],
    ] as const) {
      const { trainer, events } = toyRun(withObjective({ positiveWeight, negativeWeight }));
      await trainer.run();
      rows.push(rowsOf(events));
    }
    expect(rows[0]).toEqual(rows[1]);
  });
});

describe('resuming (invariant 14: t is kept)', () => {
  const schedules = {
    positiveWeight: { kind: 'linear', from: 0.05, to: 0.2 },
    negativeWeight: { kind: 'accuracy', min: 0.5, max: 1.5, smoothing: 0.5 },
  };

  it.each([1, 4, 7])('after step %i equals the uninterrupted run', async (interruption) => {
    const experiment = withObjective(schedules);
    const whole = toyRun(experiment);
    await whole.trainer.run();

    const before = toyRun(experiment);
    expect(await before.trainer.run({ maxSteps: interruption })).toEqual({ reason: 'paused' });
    const saved = JSON.parse(JSON.stringify((await before.trainer.snapshot()).state)) as ReturnType<
      typeof before.trainer.state
    >;
    const policy = createTabularPolicy(5, [0.5]);
    await policy.load(await before.policy.save());
    const after = toyRun(experiment, { resume: saved }, policy);
    await after.trainer.run();
    expect([...rowsOf(before.events), ...rowsOf(after.events)]).toEqual(rowsOf(whole.events));
  });

  it('holds for PPO with its critic', async () => {
    const experiment = withObjective({ algorithm: 'ppo' });
    const whole = toyRun(experiment, { critic: createConstantCritic() });
    await whole.trainer.run();
    const critic = createConstantCritic();
    const before = toyRun(experiment, { critic });
    await before.trainer.run({ maxSteps: 3 });
    const snapshot = await before.trainer.snapshot();
    const resumedCritic = createConstantCritic();
    if (snapshot.critic !== null) await resumedCritic.load(snapshot.critic);
    const policy = createTabularPolicy(5, [0.5]);
    await policy.load(snapshot.policy);
    const after = toyRun(experiment, { resume: snapshot.state, critic: resumedCritic }, policy);
    await after.trainer.run();
    expect([...rowsOf(before.events), ...rowsOf(after.events)]).toEqual(rowsOf(whole.events));
    expect(critic.value()).not.toBe(0);
  });
});

describe('steering', () => {
  it('records edits, and replaying them gives the same rows', async () => {
    const steered = toyRun(toyExperiment());
    await steered.trainer.run({ maxSteps: 3 });
    steered.trainer.edit('objective.negativeWeight', 2);
    await steered.trainer.run({ maxSteps: 2 });
    steered.trainer.edit('batch.groupSize', 4);
    await steered.trainer.run();
    const experiment = steered.trainer.experiment();
    expect(experiment.edits).toEqual([
      { step: 3, path: 'objective.negativeWeight', value: 2 },
      { step: 5, path: 'batch.groupSize', value: 4 },
    ]);
    expect(steps(steered.events).map(({ negativeWeight }) => negativeWeight)).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);

    const replay = toyRun(experiment);
    await replay.trainer.run();
    expect(rowsOf(replay.events)).toEqual(rowsOf(steered.events));
  });

  it('an edit during a step acts from the next one', async () => {
    const run = toyRun(toyExperiment(), {
      emit: (event) => {
        run.events.push(event);
        if (event.type === 'progress' && event.progress.phase === 'update' && event.progress.step === 2)
          run.trainer.edit('objective.negativeWeight', 0.5);
      },
    });
    await run.trainer.run();
    expect(run.trainer.experiment().edits).toEqual([{ step: 3, path: 'objective.negativeWeight', value: 0.5 }]);
    expect(
      steps(run.events)
        .map(({ negativeWeight }) => negativeWeight)
        .slice(0, 4),
    ).toEqual([1, 1, 1, 0.5]);
  });

  it('refuses edits that need a restart or are out of range, and goes on unchanged', () => {
    const { trainer } = toyRun(toyExperiment());
    expect(() => trainer.edit('model', 'addition')).toThrow('edits.0.path');
    expect(() => trainer.edit('objective.clipLow', 3)).toThrow('objective.clipLow: 3');
    expect(trainer.experiment().edits).toEqual([]);
  });

  it('pauses at a step boundary and goes on as if nothing had been', async () => {
    const whole = toyRun(toyExperiment());
    await whole.trainer.run();
    const paused = toyRun(toyExperiment(), {
      afterStep: async (trainer) => {
        if (trainer.state().step === 5) trainer.pause();
      },
    });
    expect(await paused.trainer.run()).toEqual({ reason: 'paused' });
    expect(paused.trainer.state().step).toBe(5);
    expect(await paused.trainer.run()).toEqual({ reason: 'finished' });
    expect(rowsOf(paused.events)).toEqual(rowsOf(whole.events));
  });

  it('an abort stops at the next boundary', async () => {
    const control = new AbortController();
    const run = toyRun(toyExperiment(), { afterStep: async () => control.abort() });
    expect(await run.trainer.run({ signal: control.signal })).toEqual({ reason: 'aborted' });
    expect(run.trainer.state().step).toBe(1);
  });

  it('tells progress, speed and time left', async () => {
    let now = 0;
    const run = toyRun(toyExperiment(), { clock: () => (now += 60) });
    await run.trainer.run();
    const progress = run.events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['rollout', 'score', 'update', 'evaluate']));
    expect(progress.at(-1)?.tokensPerSecond).toBeGreaterThan(0);
    expect(progress.find(({ step }) => step === 2)?.remainingMs).toBeGreaterThan(0);
  });
});

describe('DAPO', () => {
  it('refills dropped groups up to its cap and trains on mixed ones only', async () => {
    const dapo: Partial<Objective> = { algorithm: 'dapo', dropGroups: 'homogeneous', normalizer: 'kept' };
    const { trainer, events } = toyRun(withObjective(dapo), {}, createTabularPolicy(5, [2.5]));
    await trainer.run({ maxSteps: 1 });
    const [row] = steps(events);
    expect(row?.generations).toBeGreaterThan(1);
    expect(row?.generations).toBeLessThanOrEqual(4);
    const rewards = row?.rollouts.reward ?? [];
    for (let group = 0; group < rewards.length / 8; group++) {
      const members = rewards.slice(group * 8, group * 8 + 8);
      expect(members.includes(0) && members.includes(1)).toBe(true);
    }
    expect(trainer.state().dataCursor).toBe(8 * (row?.generations ?? 0));
  });

  it('trains on nothing, and says so, where no group is mixed', async () => {
    const dapo: Partial<Objective> = { algorithm: 'dapo', dropGroups: 'homogeneous', normalizer: 'kept' };
    const { trainer, events } = toyRun(withObjective(dapo), {}, createTabularPolicy(5, [50]));
    await trainer.run({ maxSteps: 1 });
    expect(steps(events)[0]).toMatchObject({ generations: 4, trainedGroups: 0, updates: 0 });
  });
});

it('PPO without a critic is refused before anything runs', () => {
  expect(() => toyRun(withObjective({ algorithm: 'ppo' }))).toThrow('objective.algorithm: "ppo"');
});

it('a trainer runs once at a time', async () => {
  const { trainer } = toyRun(toyExperiment());
  const first = trainer.run({ maxSteps: 1 });
  await expect(trainer.run()).rejects.toThrow('once at a time');
  await first;
});

describe('a KL term', () => {
  it('asks the starting model once, and is measured', async () => {
    let made = 0;
    const reference = async () => {
      made++;
      return createTabularPolicy(5, [0.5]);
    };
    const { trainer, events } = toyRun(withObjective({ klCoef: 0.1 }), { reference });
    await trainer.run();
    expect(made).toBe(1);
    expect(steps(events)[0]?.referenceKl).toBeGreaterThanOrEqual(0);
    expect(steps(events).at(-1)?.referenceKl).toBeGreaterThan(0);
  });

  it('is refused where there is no starting model', async () => {
    const { trainer } = toyRun(withObjective({ klCoef: 0.1 }), { reference: null });
    await expect(trainer.run()).rejects.toThrow('objective.klCoef');
  });
});

describe('numbers that are not finite', () => {
  it('one skipped update is counted and the run goes on', async () => {
    const { trainer, events, policy } = toyRun(toyExperiment());
    policy.breakUpdates(1);
    expect(await trainer.run()).toEqual({ reason: 'finished' });
    expect(steps(events)[0]).toMatchObject({ skippedUpdates: 1, updates: 3 });
  });

  it('three in a row send the run back with half the learning rate, and say so', async () => {
    const run = toyRun(toyExperiment(), {
      snapshotEvery: 2,
      afterStep: async (trainer) => {
        if (trainer.state().step === 3 && trainer.state().rewinds === 0) run.policy.breakUpdates(3);
      },
    });
    expect(await run.trainer.run()).toEqual({ reason: 'finished' });
    expect(run.events.filter(({ type }) => type === 'rewind')).toEqual([
      {
        type: 'rewind',
        toStep: 2,
        message: expect.stringContaining('back to step 2 with the learning rate times 0.5') as string,
      },
    ]);
    expect(steps(run.events).map(({ step }) => step)).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7]);
    expect(steps(run.events).at(-1)?.learningRate).toBe(0.025);
  });

  it('a run that never recovers stops with a reason', async () => {
    const { trainer, policy } = toyRun(toyExperiment());
    policy.breakUpdates(1000);
    const end = await trainer.run();
    expect(end.reason).toBe('failed');
    expect(end.reason === 'failed' && end.message).toContain('lower the learning rate');
  });
});
