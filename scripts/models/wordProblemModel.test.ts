import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTextModel } from '../../src/cli/openTextModel.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';
import { evaluate, type EvaluationRequest } from '../../src/trainer/evaluate.ts';
import { openAnswers } from '../../src/trainer/openRun.ts';
import { tokenizerFiles } from './tokenizerFiles.ts';
import { wordProblemTokenizer } from './wordProblemTokenizer.ts';

const folder = 'public/models/word-problems';

it('ships the tokenizer that the trainer learns, byte for byte', () => {
  for (const [name, text] of tokenizerFiles(wordProblemTokenizer(), 128))
    expect(readFileSync(`${folder}/${name}`, 'utf8'), name).toBe(text);
});

it('is small enough to ship, in 16 bits', () => {
  expect(statSync(`${folder}/model.safetensors`).size).toBeLessThan(10e6);
  expect(JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'))).toMatchObject({
    architectures: ['Qwen2ForCausalLM'],
    torch_dtype: 'bfloat16',
    vocab_size: 534,
  });
});

describe('the model on the engine', () => {
  type Opened = Awaited<ReturnType<typeof open>>;
  const open = async () => {
    const opened = await openTextModel(folder);
    return { ...opened, world: await openAnswers(opened, createTask('wordProblems')) };
  };
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => {
    opened.world.policy.dispose();
    opened.gpu.destroy();
  });

  it('is right as often as its card says, within the error of 64 problems', async () => {
    const card = readFileSync(`${folder}/README.md`, 'utf8');
    const said = Number(/^\| (0\.\d+) /m.exec(card)?.[1]);
    const request: EvaluationRequest = {
      method: 'sampled',
      problems: 64,
      samples: 8,
      temperature: 1,
      seed: 1,
      maxNewTokens: opened.world.task.maxNewTokens,
    };
    const evaluation = await evaluate(opened.world, request);
    const { mean = NaN, low = NaN, high = NaN } = evaluation?.passAtK[0] ?? {};
    expect(high - low).toBeGreaterThan(0.01);
    // Twice the 95 % interval over the problems.
    expect(Math.abs(mean - said)).toBeLessThan(high - low);
    expect(evaluation?.truncatedShare).toBeLessThan(0.05);
  });
});
