/** The forecast against what the engine does, for llama and qwen2, the signed family and GRPO: on two-letter answers, all of
 * which can be enumerated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../../gpu/device';
import { sum } from '../../lib/numeric';
import { mean } from '../../lib/stats';
import { randomWeights, smallConfigs } from '../../model/engine.fixture';
import type { Policy } from '../../model/policy';
import { createPolicy } from '../../model/policyModel';
import { objectiveAt, resolveObjective } from '../../objective/resolveObjective';
import type { Task } from '../../tasks/parts/types';
import type { Objective } from '../../experiment/types';
import { answerProbabilities } from '../exact/answerProbabilities';
import { allCompletions } from '../exact/enumerate.fixture';
import { handedOn } from '../exact/handedOn';
import { listRightSequences } from '../exact/rightSequences';
import { prepareBatch } from '../prepare';
import { gradedRollouts } from '../rollouts';
import { spellingCodec } from '../spellingCodec.fixture';
import { toyExperiment } from '../toyRun.fixture';
import { updateOnBatch } from '../updates';
import { directionOf } from './batchDirections';
import { enumerated, exactMeasures, moved, undisturbed } from './forces.fixture';
import { createForceProbe } from './measureForces';
import { entropySequences, lengthSequences } from './probeMeasures';
import { dot } from './vectors';

const letters = 'abcdefghij';
const space = { vocabularySize: 11, eosTokenId: 0, maxNewTokens: 2 };
const codec = spellingCodec(
  (text) => Array.from(text, (letter) => 1 + letters.indexOf(letter)),
  (ids) => ids.map((id) => letters[id - 1] ?? '').join(''),
);
const problems = ['ab', 'cd', 'ea', 'bj'].map((prompt) => ({ id: prompt, prompt }));
/** Right: one letter of the first half; cut off after two, any pair that begins with the prompt's first letter. */
const isRight = (prompt: string, text: string) =>
  text.length === 1 ? 'abcde'.includes(text) : text.length === 2 && text.startsWith(prompt.slice(0, 1));
const task: Task = {
  name: 'letters',
  alphabet: letters,
  maxPromptTokens: 2,
  maxNewTokens: 2,
  train: problems,
  heldOut: problems,
  grade: ({ prompt }, text) => {
    const right = isRight(prompt, text);
    return { reward: right ? 1 : 0, wellFormed: text !== '', reason: text, canonical: right ? text : null };
  },
  rightAnswers: ({ prompt }) =>
    [...letters, ...Array.from(letters, (letter) => prompt.slice(0, 1) + letter)].filter((text) =>
      isRight(prompt, text),
    ),
  demonstrate: () => 'a',
};

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

function listed() {
  const list = listRightSequences(task, codec, problems, space);
  if (!list.ok) throw new Error(list.reason);
  return list.value;
}

const experimentOf = (objective: Partial<Objective>, learningRate: number) =>
  toyExperiment((toy) => ({
    ...toy,
    sampling: { ...toy.sampling, maxNewTokens: 2 },
    batch: { promptsPerStep: 4, groupSize: 32, updatesPerRollout: 2, innerEpochs: 1 },
    objective: { ...toy.objective, ...objective },
    optimizer: { ...toy.optimizer, learningRate },
  }));

async function stepForces(policy: Policy, objective: Partial<Objective>, learningRate: number) {
  const experiment = experimentOf(objective, learningRate);
  const world = { policy, task, codec };
  const sampling = { groupSize: 32, maxNewTokens: 2, temperature: 1, topK: 0, topP: 1, greedy: false };
  const rollouts = await gradedRollouts(world, { problems, sampling: { ...sampling, seed: 4, stream: 0 } });
  const accuracy = mean(rollouts.map(({ grade }) => grade.reward));
  const at = objectiveAt(resolveObjective(experiment), { step: 0, accuracy, pastAccuracies: [], temperature: 1 });
  const prepared = await prepareBatch(at, rollouts, { reference: null, critic: null });
  const probe = createForceProbe(world, experiment, { problems: 4, samples: 64, ks: [1, 8], length: true });
  if (!probe.ok) throw new Error(probe.reason);
  const optimizer = { ...experiment.optimizer, learningRate };
  const moment = { experiment, step: 0, at, prepared, optimizer, accuracy };
  const pending = await probe.value.before(moment);
  if (!pending.ok) throw new Error(pending.reason);
  await updateOnBatch({ ...moment, policy, critic: null, skippedBefore: 0, ...undisturbed });
  return pending.value.after();
}

describe.each(['llama', 'qwen2'] as const)('%s', (architecture) => {
  const config = smallConfigs[architecture];
  let policy: Policy;
  beforeAll(async () => {
    policy = await createPolicy(gpu, config, randomWeights(config));
  });
  afterAll(() => {
    policy.dispose();
  });

  it('p(right) equals brute force over every completion', async () => {
    const exact = (await answerProbabilities(policy, listed(), 0.9)) ?? [];
    for (const [index, { prompt, problem }] of listed().entries()) {
      const every = allCompletions(space).map((completion) => ({ prompt, completion }));
      const { logp } = await policy.score(every, 0.9);
      const right = every.map(({ completion }) => task.grade(problem, codec.decode(completion)).reward);
      const mass = logp.map((row) => Math.exp(sum(row)));
      expect(sum(mass)).toBeCloseTo(1, 5);
      expect(sum(exact[index] ?? [])).toBeCloseTo(sum(mass.map((p, i) => p * (right[i] ?? 0))), 6);
    }
  });

  it.each([
    ['NSR', { positiveWeight: 0, negativeWeight: 1 }],
    ['W-REINFORCE', { positiveWeight: 0.1, negativeWeight: 1 }],
    ['GRPO', { algorithm: 'grpo' }],
  ] satisfies [string, Partial<Objective>][])(
    '%s: the forecast of pass@k is off by a share in proportion to the step',
    async (_, objective) => {
      const start = await policy.save();
      const errors: number[][] = [];
      for (const learningRate of [2e-4, 1e-4, 5e-5]) {
        await policy.load(start);
        const { measures } = await stepForces(policy, objective, learningRate);
        errors.push(
          measures
            .filter(({ kind }) => kind === 'pass')
            .map(({ forecast, realised }) => Math.abs(forecast / (realised ?? NaN) - 1)),
        );
      }
      await policy.load(start);
      for (const measure of [0, 1]) {
        const [coarse = NaN, middle = NaN, fine = NaN] = errors.map((row) => row[measure] ?? NaN);
        expect(fine).toBeLessThan(0.1);
        expect(coarse / middle).toBeGreaterThan(1.5);
        expect(middle / fine).toBeGreaterThan(1.5);
      }
    },
  );

  it('says where a pushed-down token hands its probability: right answers exactly, the rest by samples', async () => {
    const [problem] = listed();
    if (problem === undefined) throw new Error('no problem');
    const world = { policy, task, codec };
    const every = allCompletions(space).map((completion) => ({ prompt: problem.prompt, completion }));
    const mass = (await policy.score(every, 1)).logp.map((row) => Math.exp(sum(row)));
    const common = { problem: problem.problem, temperature: 1, maxNewTokens: 2, samples: 4000, seed: 3 };
    for (const [prefix, token] of [
      [[], 1],
      [[], 0],
      [[2], 5],
    ] as const) {
      const inside = every.map(({ completion }) => prefix.every((id, t) => completion[t] === id));
      const share = (counts: (text: string) => boolean) => {
        const [own, all] = [0, 1].map((whole) =>
          sum(
            mass.filter((_, index) => {
              const completion = every[index]?.completion ?? [];
              const elsewhere = inside[index] === true && completion[prefix.length] !== token;
              return elsewhere && (whole === 1 || counts(codec.decode(completion)));
            }),
          ),
        );
        return (own ?? NaN) / (all ?? NaN);
      };
      const handed = await handedOn(world, { ...common, prefix, token });
      const right = (text: string) => isRight(problem.problem.prompt, text);
      expect(handed?.right).toBeCloseTo(share(right), 4);
      expect(handed?.sampledWrong).toBeCloseTo(
        share((text) => !right(text) && text !== ''),
        1,
      );
      expect(handed?.sampledMalformed).toBeCloseTo(
        share((text) => text === ''),
        1,
      );
      expect(
        handed === null ? NaN : handed.right + (handed.sampledWrong ?? 0) + (handed.sampledMalformed ?? 0),
      ).toBeCloseTo(1, 9);
    }
  });

  it('what pulls at nothing has no direction, whatever the engine computed before', async () => {
    const prompts = listed().map(({ prompt }) => prompt);
    const loss = { temperature: 1, clipLow: 1e6, clipHigh: 1e6, dualClip: null, klEstimator: 'k3' as const };
    const alike = (await enumerated(policy, prompts, space, 1)).filter(({ completion }) => completion.length === 2);
    await directionOf(policy, entropySequences(alike), loss);
    expect((await directionOf(policy, lengthSequences(alike), loss))?.size).toBe(0);
  });

  it('the gradient of entropy predicts its exact change, with an error that halves with the step', async () => {
    const start = await policy.save();
    const prompts = listed().map(({ prompt }) => prompt);
    const loss = { temperature: 1, clipLow: 1e6, clipHigh: 1e6, dualClip: null, klEstimator: 'k3' as const };
    const samples = await enumerated(policy, prompts, space, 1);
    const gradient = (await directionOf(policy, entropySequences(samples), loss)) ?? new Map();
    const before = (await exactMeasures(policy, listed(), space, 1))[2] ?? NaN;
    const slope = dot(gradient, gradient);
    const errors: number[] = [];
    for (const change of [0.04, 0.02, 0.01]) {
      await policy.load(moved(start, gradient, change / slope));
      const after = (await exactMeasures(policy, listed(), space, 1))[2] ?? NaN;
      errors.push(Math.abs((after - before) / change - 1));
    }
    await policy.load(start);
    expect(errors[2]).toBeLessThan(0.1);
    expect((errors[0] ?? NaN) / (errors[1] ?? NaN)).toBeGreaterThan(1.5);
    expect((errors[1] ?? NaN) / (errors[2] ?? NaN)).toBeGreaterThan(1.5);
  });
});
