/** public/models/<id>/cooling.json as the shipped weights give it, and what exact evaluation costs beside sampling. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTextModel } from '../../src/cli/openTextModel.ts';
import { shippedModels } from './shippedModels.ts';
import { exactKs } from '../../src/lib/exactPass.ts';
import { coolingBranch, type CoolingCurve } from '../../src/records/cooling.ts';
import {
  curveOfProblems,
  unpackProbabilities,
  type CoolingProblems,
  type CoolingProblemsFile,
} from '../../src/records/coolingProblems.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';
import { evaluate, type EvaluationRequest } from '../../src/trainer/evaluate.ts';
import { openAnswers } from '../../src/trainer/openRun.ts';
import { coolingPoints, coolingVariants } from '../../src/trainer/exact/coolingCurve.ts';
import { listRightSequences } from '../../src/trainer/exact/rightSequences.ts';

const folderOf = (id: string) => `public/models/${id}`;
function problemsOf(id: string): CoolingProblems {
  const file = JSON.parse(readFileSync(`${folderOf(id)}/cooling.problems.json`, 'utf8')) as CoolingProblemsFile;
  expect(file.modelSha256).toBe(curveOf(id).modelSha256);
  const { temperatures, problemIds, negativeLog } = file;
  const probability = unpackProbabilities(negativeLog, temperatures.length, problemIds.length);
  if (probability === null) throw new Error('another number of probabilities');
  return { temperatures, problemIds, probability };
}

const curveOf = (id: string) => JSON.parse(readFileSync(`${folderOf(id)}/cooling.json`, 'utf8')) as CoolingCurve;

/** Those whose task lists its right answers: a cooling curve is a sum over them. */
const listed = shippedModels('public/models').filter(
  ({ task }) => createTask(task.name, task.params).rightAnswers !== undefined,
);

describe.each(listed)('$id', ({ id, task: choice }) => {
  it('has a cooling curve of its weights, its task and all held-out problems', () => {
    const curve = curveOf(id);
    const weights = createHash('sha256')
      .update(readFileSync(`${folderOf(id)}/model.safetensors`))
      .digest('hex');
    const task = createTask(choice.name, choice.params);
    expect(curve).toMatchObject({
      version: 1,
      model: id,
      modelSha256: weights,
      problems: task.heldOut.length,
      ks: exactKs,
    });
    expect(createTask(curve.task.name, curve.task.params).heldOut).toEqual(task.heldOut);
    expect(curve.points.map(({ temperature, topK, topP }) => ({ temperature, topK, topP }))).toEqual(coolingVariants);
    for (const { passAtK } of curve.points) expect(passAtK).toEqual([...passAtK].sort((a, b) => a - b));
  });
  it('has p(right) of every held-out problem over temperature, of which that curve is the mean', () => {
    const [curve, problems] = [curveOf(id), problemsOf(id)];
    expect(problems.problemIds).toEqual(createTask(choice.name, choice.params).heldOut.map((problem) => problem.id));
    const own = coolingBranch(curve, 'temperature');
    expect(problems.temperatures).toEqual(own.map(({ temperature }) => temperature));
    curveOfProblems(problems, exactKs).points.forEach(({ passAtK }, index) =>
      passAtK.forEach((pass, k) => expect(Math.abs(pass - (own[index]?.passAtK[k] ?? NaN))).toBeLessThan(2e-4)),
    );
  });
});

type Opened = Awaited<ReturnType<typeof open>>;

async function open(id: string, numbers: number) {
  const opened = await openTextModel(folderOf(id));
  return { ...opened, world: await openAnswers(opened, createTask('countdown', { numbers })) };
}

describe('countdown3-tiny on the engine', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open('countdown3-tiny', 3);
  });
  afterAll(() => {
    opened.world.policy.dispose();
    opened.gpu.destroy();
  });

  it('gives the shipped curve', async () => {
    const { policy, task, codec } = opened.world;
    const { vocabularySize, eosTokenId } = policy;
    const space = { vocabularySize, eosTokenId, maxNewTokens: task.maxNewTokens };
    const listed = listRightSequences(task, codec, task.heldOut, space);
    const points = listed.ok ? await coolingPoints(policy, listed.value) : listed;
    if (!points.ok) throw new Error(points.reason);
    const shipped = curveOf('countdown3-tiny').points;
    points.value.points.forEach(({ passAtK }, index) => {
      // Float32 logits of another adapter differ by 1e-6; a filter may then let one more token of two near ones through.
      passAtK.forEach((pass, k) => expect(Math.abs(pass - (shipped[index]?.passAtK[k] ?? NaN))).toBeLessThan(5e-3));
    });
    const { probability } = problemsOf('countdown3-tiny');
    probability.forEach((row, temperature) => {
      const here = points.value.right[temperature] ?? [];
      Array.from(row).forEach((p, problem) => expect(Math.abs(p - (here[problem] ?? NaN))).toBeLessThan(1e-3));
    });
  });

  it('is right as often by sampling as by the sum, within the error of 64 x 64 answers', async () => {
    const request: EvaluationRequest = {
      method: 'sampled',
      problems: 64,
      samples: 64,
      temperature: 1,
      seed: 5,
      maxNewTokens: opened.world.task.maxNewTokens,
    };
    const sampled = await evaluate(opened.world, request);
    const exact = await evaluate(opened.world, { ...request, method: 'exact' });
    if (sampled === null || exact === null || !('rightProbability' in exact) || !('correct' in sampled))
      throw new Error('not the methods asked for');
    const variance = exact.rightProbability.reduce((total, p) => total + (p * (1 - p)) / 64, 0) / 64 ** 2;
    const [one, same] = [sampled.passAtK[0]?.mean ?? NaN, exact.passAtK[0]?.mean ?? NaN];
    expect(Math.abs(one - same)).toBeLessThan(4 * Math.sqrt(variance));
    expect(Math.abs((sampled.passAtK[4]?.mean ?? NaN) - (exact.passAtK[4]?.mean ?? NaN))).toBeLessThan(0.05);
  });
});

describe('countdown4-strong on the engine', () => {
  it('costs less processor time on all held-out problems than 64 samples of 192', async () => {
    const { world, gpu } = await open('countdown4-strong', 4);
    const request: EvaluationRequest = {
      method: 'sampled',
      problems: 192,
      samples: 64,
      temperature: 1,
      seed: 0,
      maxNewTokens: world.task.maxNewTokens,
    };
    const secondsOf = async (change: Partial<EvaluationRequest>) => {
      const start = process.cpuUsage();
      await evaluate(world, { ...request, ...change });
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e6;
    };
    const exact: Partial<EvaluationRequest> = { method: 'exact', problems: 1e6 };
    // Pipelines are compiled once, in the first call of each kind.
    await secondsOf({ problems: 4, samples: 4 });
    await secondsOf({ ...exact, problems: 4 });
    const [sum, sampled] = [await secondsOf(exact), await secondsOf({})];
    console.log(`processor seconds: exact, all held-out ${sum.toFixed(2)}; 192 x 64 samples ${sampled.toFixed(2)}`);
    expect(sum).toBeLessThan(sampled);
    world.policy.dispose();
    gpu.destroy();
  });
});
