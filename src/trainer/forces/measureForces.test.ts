import { describe, expect, it } from 'vitest';
import { forceAt } from '../../records/forceForecast';
import type { ForceRow } from '../../records/forces';
import type { Experiment, Objective } from '../../experiment/types';
import { relativeError } from '../../lib/numeric';
import { mean } from '../../lib/stats';
import { objectiveAt, resolveObjective } from '../../objective/resolveObjective';
import { weighMiniBatch } from '../../objective/weighMiniBatch';
import { miniBatches } from '../miniBatches';
import { prepareBatch } from '../prepare';
import { gradedRollouts } from '../rollouts';
import type { TabularPolicy } from '../tabularPolicy.fixture';
import { toyCodec, toyExperiment, toyTask } from '../toyRun.fixture';
import { updateOnBatch } from '../updates';
import { batchDirections, updatesAt } from './batchDirections';
import { batchParts } from './batchParts';
import { randomTabular, undisturbed } from './forces.fixture';
import { createForceProbe, type ProbeOptions, type StepMoment } from './measureForces';
import { negated, type ParameterVector } from './vectors';

const objectives: Readonly<Record<string, Partial<Objective>>> = {
  NSR: { positiveWeight: 0, negativeWeight: 1 },
  PSR: { positiveWeight: 1, negativeWeight: 0 },
  'W-REINFORCE': { positiveWeight: 0.1, negativeWeight: 1 },
  'PSR, kept': { positiveWeight: 1, negativeWeight: 0, normalizer: 'kept' },
  'CW-NSR, per token': {
    positiveWeight: 0.2,
    negativeWeight: 1.4,
    confidence: { kind: 'power', scope: 'token', normalize: true, gamma: 1, min: 0.05, max: 1 },
  },
  GRPO: { algorithm: 'grpo' },
  'Dr. GRPO': { algorithm: 'drGrpo', aggregation: 'constant' },
  'RLOO with entropy and KL': {
    algorithm: 'rloo',
    aggregation: 'seq-mean-token-sum',
    entropyCoef: 0.02,
    klCoef: 0.1,
  },
  DAPO: {
    algorithm: 'dapo',
    dropGroups: 'homogeneous',
    normalizer: 'kept',
    params: { refillCap: 1, overlongBuffer: 0 },
  },
};

function experimentOf(objective: Partial<Objective>, change: Partial<Experiment['optimizer']> = {}): Experiment {
  return toyExperiment((toy) => ({
    ...toy,
    objective: { ...toy.objective, ...objective },
    optimizer: { ...toy.optimizer, learningRate: 1e-3, ...change },
    evaluation: { ...toy.evaluation, problems: 8 },
  }));
}

const worldOf = (policy: TabularPolicy) => ({ policy, task: toyTask, codec: toyCodec });

async function momentOf(policy: TabularPolicy, experiment: Experiment, step = 0): Promise<StepMoment> {
  const sampling = { groupSize: 16, maxNewTokens: 3, temperature: 1, topK: 0, topP: 1, greedy: false };
  const rollouts = await gradedRollouts(worldOf(policy), {
    problems: toyTask.train.slice(0, 8),
    sampling: { ...sampling, seed: 7, stream: step },
  });
  const accuracy = mean(rollouts.map(({ grade }) => grade.reward));
  const at = objectiveAt(resolveObjective(experiment), { step, accuracy, pastAccuracies: [], temperature: 1 });
  const prepared = await prepareBatch(at, rollouts, { reference: () => randomTabular(99), critic: null });
  const optimizer = { ...experiment.optimizer, learningRate: at.coefficients.learningRate };
  return { experiment, step, at, prepared, optimizer, accuracy };
}

const update = (policy: TabularPolicy, moment: StepMoment) =>
  updateOnBatch({ ...moment, policy, critic: null, skippedBefore: 0, ...undisturbed });

/** Forces of the first step, with what came of it. */
async function forcesOf(experiment: Experiment, probe: Partial<ProbeOptions> = {}, stepsBefore = 0): Promise<ForceRow> {
  const policy = await randomTabular();
  for (let step = 0; step < stepsBefore; step++) await update(policy, await momentOf(policy, experiment, step));
  const created = createForceProbe(worldOf(policy), experiment, {
    problems: 8,
    samples: 4,
    ks: [1, 8],
    length: true,
    ...probe,
  });
  if (!created.ok) throw new Error(created.reason);
  const moment = await momentOf(policy, experiment, stepsBefore);
  const pending = await created.value.before(moment);
  if (!pending.ok) throw new Error(pending.reason);
  await update(policy, moment);
  return pending.value.after();
}

describe.each(Object.entries(objectives))('%s', (_, objective) => {
  it('falls into parts that add up to the gradients which the updates use', async () => {
    const experiment = experimentOf(objective);
    const policy = await randomTabular();
    const moment = await momentOf(policy, experiment);
    const { prepared, at } = moment;
    const batch = batchParts(experiment, 0, at, prepared);
    const directions = await batchDirections(policy, batch, at.loss);
    if (directions === null) throw new Error('not finite');
    expect(batch.parts.length).toBeGreaterThanOrEqual(8);
    const updates = updatesAt(directions.miniBatches, batch, experiment.optimizer.maxGradNorm);
    const groups = [...new Set(prepared.map(({ group }) => group))];
    const wanted: ParameterVector[] = [];
    for (const own of miniBatches(groups, 4, experiment.seed, 0, 0)) {
      const members = prepared.filter(({ group }) => own.includes(group));
      const sequences = weighMiniBatch(at, members);
      wanted.push(negated((await policy.gradients(sequences, at.loss)).gradients));
    }
    const flat = (vectors: readonly ParameterVector[]) =>
      [...new Set(wanted.flatMap((vector) => [...vector.keys()]))]
        .sort()
        .flatMap((name) => vectors.flatMap((vector) => Array.from(vector.get(name) ?? new Float32Array(5))));
    const active = wanted.filter((vector) =>
      [...vector.values()].some((values) => values.some((value) => value !== 0)),
    );
    expect(updates).toHaveLength(active.length);
    expect(relativeError(flat(updates.map(({ direction }) => direction)), flat(active))).toBeLessThan(1e-6);
  });

  it('forecasts the change of pass@k better the smaller the step, momentum included', async () => {
    const errors: number[][] = [];
    for (const learningRate of [4e-3, 2e-3, 1e-3]) {
      const { measures } = await forcesOf(experimentOf(objective, { learningRate }), {}, 2);
      errors.push(
        measures
          .filter(({ kind }) => kind === 'pass')
          .map(({ forecast, realised }) => Math.abs(forecast - (realised ?? NaN)) / Math.abs(realised ?? NaN)),
      );
    }
    for (const [measure] of (errors[0] ?? []).entries()) {
      const [coarse = NaN, middle = NaN, fine = NaN] = errors.map((row) => row[measure] ?? NaN);
      expect(fine).toBeLessThan(0.05);
      // In proportion to the step: halving it halves the error, down to what float32 leaves.
      if (fine > 2e-3) {
        expect(coarse / middle).toBeGreaterThan(1.5);
        expect(middle / fine).toBeGreaterThan(1.5);
      }
    }
  });
});

describe('forces', () => {
  it('forecast entropy and length within the error of their samples', async () => {
    const { measures } = await forcesOf(experimentOf({ positiveWeight: 5, negativeWeight: 1 }), { samples: 2000 });
    for (const kind of ['entropy', 'length']) {
      const measure = measures.find((one) => one.kind === kind);
      const realised = measure?.realised ?? NaN;
      expect(Math.abs((measure?.forecast ?? NaN) - realised)).toBeLessThan(0.1 * Math.abs(realised));
    }
  });

  it('are what one update from nothing does, where the step has one update', async () => {
    const one = experimentOf(objectives['W-REINFORCE'] ?? {});
    const row = await forcesOf({ ...one, batch: { ...one.batch, updatesPerRollout: 1 } });
    expect(row.metric).toBe('batch');
    for (const measure of row.measures) expect(forceAt(row, measure, row).change).toBeCloseTo(measure.forecast, 8);
  });

  it('leave the policy and its optimiser as they are', async () => {
    const policy = await randomTabular();
    const experiment = experimentOf({});
    const moment = await momentOf(policy, experiment);
    await update(policy, moment);
    const before = await policy.save();
    const created = createForceProbe(worldOf(policy), experiment);
    if (!created.ok) throw new Error(created.reason);
    await created.value.before(moment);
    expect(await policy.save()).toEqual(before);
  });

  it('are refused for models whose gradients would not fit, with the number', async () => {
    const policy = await randomTabular();
    const large = { ...policy, parameterCount: 3_000_000 };
    expect(createForceProbe(worldOf(large), experimentOf({}))).toEqual({
      ok: false,
      reason: '3000000 parameters; forces are computed for up to 2000000',
    });
  });

  it('the fullest bin, which follows from the others, is what its own backward pass gives', async () => {
    for (const objective of [{ positiveWeight: 0.1 }, { algorithm: 'grpo' }]) {
      const policy = await randomTabular();
      const { experiment, step, at, prepared } = await momentOf(policy, experimentOf(objective));
      const batch = batchParts(experiment, step, at, prepared);
      expect(batch.binsAddUp).toBe(true);
      const [shared, own] = [
        await batchDirections(policy, batch, at.loss),
        await batchDirections(policy, { ...batch, binsAddUp: false }, at.loss),
      ];
      if (shared === null || own === null) throw new Error('not finite');
      own.bins.forEach((bin, index) => {
        for (const [name, values] of bin)
          expect(relativeError(shared.bins[index]?.get(name) ?? [], values)).toBeLessThan(1e-5);
      });
    }
    const weighed = experimentOf({ confidence: { kind: 'power', scope: 'sequence', gamma: 1, min: 0.05, max: 1 } });
    const { experiment, step, at, prepared } = await momentOf(await randomTabular(), weighed);
    expect(batchParts(experiment, step, at, prepared).binsAddUp).toBe(false);
  });
});
