import { describe, expect, it } from 'vitest';
import { sum } from '../../lib/numeric';
import type { TextCodec } from '../rollouts';
import { gradedRollouts } from '../rollouts';
import { createTabularPolicy } from '../tabularPolicy.fixture';
import { spellingCodec } from '../spellingCodec.fixture';
import { toyCodec, toySpell, toyTask } from '../toyRun.fixture';
import { answerProbabilities, effectiveSolutions, expectedDistinct, rightProbability } from './answerProbabilities';
import { allCompletions } from './enumerate.fixture';
import { listRightSequences, spellsCharacters, type ListedProblem } from './rightSequences';

const policy = createTabularPolicy(5, [0.9, 0.3, -0.4, 0.7, 0.1]);
const problems = toyTask.heldOut.slice(0, 2);

function listed(maxNewTokens: number): readonly ListedProblem[] {
  const list = listRightSequences(toyTask, toyCodec, problems, { vocabularySize: 5, eosTokenId: 0, maxNewTokens });
  if (!list.ok) throw new Error(list.reason);
  return list.value;
}

const probabilities = async (maxNewTokens: number, temperature: number) =>
  (await answerProbabilities(policy, listed(maxNewTokens), temperature)) ?? [];

describe('exact probability of a right answer', () => {
  // 1: too short for any right answer; 2: right answers are cut off before their EOS; 3: they just fit; 4: room to spare.
  it.each([1, 2, 3, 4])('equals brute force over every completion of up to %i tokens', async (maxNewTokens) => {
    for (const temperature of [0.5, 1, 1.7]) {
      const exact = await probabilities(maxNewTokens, temperature);
      for (const [index, problem] of problems.entries()) {
        const prompt = toySpell(problem.prompt);
        const every = allCompletions({ vocabularySize: 5, eosTokenId: 0, maxNewTokens });
        const { logp } = await policy.score(
          every.map((completion) => ({ prompt, completion })),
          temperature,
        );
        const mass = logp.map((row) => Math.exp(sum(row)));
        expect(sum(mass)).toBeCloseTo(1, 6);
        const right = every.map((completion) => toyTask.grade(problem, toyCodec.decode(completion)).reward);
        const brute = sum(mass.map((probability, completion) => probability * (right[completion] ?? 0)));
        expect(rightProbability(exact[index] ?? [])).toBeCloseTo(brute, 7);
        if (maxNewTokens > 1) expect(brute).toBeGreaterThan(0.01);
      }
    }
  });

  it('lies within the error of sampling', async () => {
    const exact = await probabilities(3, 1);
    const samples = 20_000;
    const request = { groupSize: samples, maxNewTokens: 3, temperature: 1, topK: 0, topP: 1, greedy: false };
    const rollouts = await gradedRollouts(
      { policy, task: toyTask, codec: toyCodec },
      { problems, sampling: { ...request, seed: 3, stream: 0 } },
    );
    for (const index of problems.keys()) {
      const p = rightProbability(exact[index] ?? []);
      const right = rollouts.filter(({ group, grade }) => group === index && grade.reward === 1).length / samples;
      expect(Math.abs(right - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / samples));
    }
  });

  it('is not computed once aborted, and reports its progress', async () => {
    expect(await answerProbabilities(policy, listed(3), 1, { signal: AbortSignal.abort() })).toBeNull();
    const seen: number[] = [];
    await answerProbabilities(policy, listed(3), 1, { onProgress: (done, total) => seen.push(done, total) });
    expect(seen).toEqual([2, 2]);
  });
});

describe('solutions', () => {
  it('counts them by their entropy', () => {
    expect(effectiveSolutions(Float64Array.of(0.1, 0.1, 0.1))).toBeCloseTo(3, 12);
    expect(effectiveSolutions(Float64Array.of(0.4, 0))).toBe(1);
    expect(effectiveSolutions(Float64Array.of(0, 0))).toBe(0);
    expect(effectiveSolutions(Float64Array.of(0.3, 0.1))).toBeCloseTo(1.7548, 3);
  });

  it('expects as many different ones among n draws as inclusion says', () => {
    expect(expectedDistinct(Float64Array.of(0.5, 0.25), 2)).toBeCloseTo(0.75 + 0.4375, 12);
    expect(expectedDistinct(Float64Array.of(0.5, 0.5), 1e6)).toBe(2);
  });
});

describe('right sequences', () => {
  it('are refused with a reason where the task cannot list them or a text has several spellings', () => {
    const { rightAnswers: _, ...unlisted } = toyTask;
    const space = { vocabularySize: 5, eosTokenId: 0, maxNewTokens: 3 };
    expect(listRightSequences(unlisted, toyCodec, problems, space)).toMatchObject({ ok: false });
    const pairs = spellingCodec(
      (text) => [text.length],
      (ids) => 'ab'.repeat(ids.length),
    );
    expect(listRightSequences(toyTask, pairs, problems, space)).toMatchObject({ ok: false });
    const silent: TextCodec = { ...toyCodec, decode: (ids) => toyCodec.decode(ids.filter((id) => id !== 4)) };
    expect(spellsCharacters(silent, space)).toBe(false);
    expect(spellsCharacters(toyCodec, { vocabularySize: 1e5, eosTokenId: 0 })).toBe(false);
  });
});
