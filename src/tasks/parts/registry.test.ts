import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variantsOf } from '../../experiment/params.fixture';
import { cpuMs } from '../../lib/cpuTime.fixture';
import { createRng } from '../../lib/rng';
import { createTask, taskDefinitions } from './registry';

it('every task of the folder is registered under its file name', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(taskDefinitions.map(({ name }) => name)).toEqual(expect.arrayContaining(files));
});

it('refuses unknown tasks and keys by name', () => {
  expect(() => createTask('chess')).toThrow('task: "chess" is not allowed; allowed: ');
  for (const { name } of taskDefinitions)
    expect(() => createTask(name, { ['no such key']: 4 })).toThrow('task.params.no such key');
});

const variants = taskDefinitions.flatMap((definition) =>
  variantsOf(definition.params).map((params) => [definition.name, params, definition] as const),
);

describe.each(variants)('%s %j', (name, params, definition) => {
  const rows = definition.sampleRows ?? null;
  const task = createTask(name, params, rows);
  const all = [...task.train, ...task.heldOut];

  it('is made quickly', async () => {
    expect(await cpuMs(() => createTask(name, params, rows))).toBeLessThan(1500);
  });

  it('has problems on both sides, disjoint and the same every time', () => {
    expect(task.heldOut.length).toBeGreaterThan(0);
    expect(task.train.length === 0).toBe(definition.data?.evaluationOnly === true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const again = createTask(name, params, rows);
    expect([again.train, again.heldOut]).toEqual([task.train, task.heldOut]);
  });

  it('says truly whether right answers are listed', () => {
    expect(definition.listsAnswers).toBe(task.rightAnswers !== undefined);
  });

  it('keeps to its alphabet and to the longest prompt', () => {
    expect(task.alphabet).toBe(definition.alphabet);
    // A task of any text counts tokens of the model that ships for it: scripts/models/wordProblems.test.ts.
    if (task.alphabet !== '')
      for (const { prompt } of all) {
        expect(prompt.length).toBeLessThanOrEqual(task.maxPromptTokens);
        expect([...prompt].every((character) => task.alphabet.includes(character))).toBe(true);
      }
  });

  it('demonstrations are right and fit alphabet and longest answer', () => {
    const rng = createRng(1);
    for (const problem of task.train.filter((_, index) => index % 97 === 0)) {
      const answer = task.demonstrate(problem, rng);
      expect(task.grade(problem, answer)).toMatchObject({ reward: 1 });
      if (task.alphabet === '') continue;
      expect(answer.length + 1).toBeLessThanOrEqual(task.maxNewTokens);
      expect(task.alphabet === '' || [...answer].every((character) => task.alphabet.includes(character))).toBe(true);
    }
  });

  it('gives a verdict on any text', () => {
    const [problem] = all;
    fc.assert(
      fc.property(fc.string(), (answer) => {
        if (!problem) return;
        const { reward, canonical } = task.grade(problem, answer);
        expect(reward === 0).toBe(canonical === null);
      }),
    );
  });
});

describe.each(taskDefinitions.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  it('is as long by default as its entry says', () => {
    const { maxPromptTokens, maxNewTokens } = createTask(name, {}, definition.sampleRows ?? null);
    expect({ maxPromptTokens, maxNewTokens }).toEqual({
      maxPromptTokens: definition.maxPromptTokens,
      maxNewTokens: definition.maxNewTokens,
    });
  });

  it('shows right answers and wrong ones', () => {
    expect(new Set(definition.examples.map(({ reward }) => reward))).toEqual(new Set([0, 1]));
  });

  it.each(definition.examples)('$prompt$answer: $reward, $reason', ({ params, prompt, answer, reward, reason }) => {
    const task = createTask(name, params, definition.sampleRows ?? null);
    const problem = [...task.train, ...task.heldOut].find((one) => one.prompt === prompt) ?? { id: prompt, prompt };
    expect(task.grade(problem, answer)).toMatchObject({ reward, reason });
  });
});
