/** Invariant 12 on a real gradient: order, split and padding change nothing. */
import { expect, it } from 'vitest';
import { relativeError } from '../lib/numeric';
import type { ParameterTensor } from '../model/policy';
import type { WeightedSequence } from '../records/weighted';
import { objectiveAt, resolveObjective } from '../objective/resolveObjective';
import { weighMiniBatch } from '../objective/weighMiniBatch';
import { prepareBatch, type PreparedRollout } from './prepare';
import { gradedRollouts } from './rollouts';
import { createTabularPolicy } from './tabularPolicy.fixture';
import { toyCodec, toyExperiment, toyTask } from './toyRun.fixture';

const experiment = toyExperiment((toy) => ({
  ...toy,
  objective: { ...toy.objective, positiveWeight: 0.3, entropyCoef: 0.01, klCoef: 0.1 },
}));
const at = objectiveAt(resolveObjective(experiment), { step: 0, accuracy: 0, pastAccuracies: [], temperature: 0.8 });
const { loss } = at;
const policy = createTabularPolicy(5, [0.5]);

async function batch(): Promise<PreparedRollout[]> {
  const sampling = {
    groupSize: 6,
    maxNewTokens: 3,
    temperature: 0.8,
    topK: 0,
    topP: 1,
    greedy: false,
    seed: 1,
    stream: 0,
  };
  const world = { policy, task: toyTask, codec: toyCodec };
  const rollouts = await gradedRollouts(world, { problems: toyTask.train.slice(0, 5), sampling });
  const reference = async () => createTabularPolicy(5, [0, 0.4, 0, 0.2]);
  return prepareBatch(at, rollouts, { reference, critic: null });
}

function flat(...parts: readonly (readonly ParameterTensor[])[]): number[] {
  const names = [...new Set(parts.flatMap((tensors) => tensors.map(({ name }) => name)))].sort();
  return names.flatMap((name) => {
    const rows = parts.flatMap((tensors) => tensors.filter((tensor) => tensor.name === name));
    return Array.from({ length: 5 }, (_, v) => rows.reduce((total, { data }) => total + (data[v] ?? 0), 0));
  });
}

const gradientsOf = async (sequences: readonly WeightedSequence[]) =>
  (await policy.gradients(sequences, loss)).gradients;

it('the gradient does not depend on the order of the batch or on its split into micro-batches', async () => {
  const sequences = weighMiniBatch(at, await batch());
  const whole = flat(await gradientsOf(sequences));
  const split = flat(await gradientsOf(sequences.slice(0, 7)), await gradientsOf(sequences.slice(7)));
  expect(relativeError(split, whole)).toBeLessThan(1e-6);
  expect(relativeError(flat(await gradientsOf([...sequences].reverse())), whole)).toBeLessThan(1e-6);
});

it('the gradient is the finite difference of the loss (invariant 10, tabular)', async () => {
  const sequences = weighMiniBatch(at, await batch());
  const { gradients } = await policy.gradients(sequences, loss);
  const lossAt = async (context: string, v: number, delta: number) => {
    const moved = createTabularPolicy(5, [0.5]);
    const data = Float32Array.of(0.5, 0, 0, 0, 0);
    data[v] = (data[v] ?? 0) + delta;
    await moved.load({
      optimizerStep: 0,
      parameters: [{ name: context, shape: [5], data }],
      firstMoments: [],
      secondMoments: [],
    });
    const { policyLoss, kl, entropy } = await moved.gradients(sequences, loss);
    return sequences.reduce((total, { entropyWeight, klWeight }, index) => {
      const terms = Array.from(
        policyLoss[index] ?? [],
        (value, t) =>
          value + (klWeight[t] ?? 0) * (kl[index]?.[t] ?? 0) - (entropyWeight[t] ?? 0) * (entropy[index]?.[t] ?? 0),
      );
      return total + terms.reduce((a, b) => a + b, 0);
    }, 0);
  };
  const step = 1 / 64;
  for (const { name, data } of gradients.slice(0, 4))
    for (let v = 0; v < 5; v++) {
      const difference = ((await lossAt(name, v, step)) - (await lossAt(name, v, -step))) / (2 * step);
      expect(data[v]).toBeCloseTo(difference, 3);
    }
});
