import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../lib/numeric';
import { overlongPenalty } from '../dapo';
import { algorithms, findAlgorithm } from './registry';
import { advantagesOf, firstAdvantages, group, sample } from './rollouts.fixture';
import type { RolloutSample } from './types';

it('every algorithm of the folder is registered under its file name', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(algorithms.map(({ id }) => id)).toEqual(expect.arrayContaining(files));
});

it('an unknown algorithm is refused by name', () => {
  expect(() => findAlgorithm('magic')).toThrow(/objective.algorithm: "magic" is not allowed; allowed: .*grpo/);
});

describe('dropped groups', () => {
  const batch = [...group(3, 0, 0), ...group(3, 1, 1), ...group(3, 3, 2)];

  it('DAPO leaves out groups that are all right or all wrong', () => {
    expect(advantagesOf('dapo', batch).dropped).toEqual([true, true, true, false, false, false, true, true, true]);
  });

  it('NGRPO leaves out all-correct groups and keeps all-wrong ones', () => {
    const { dropped, advantage } = advantagesOf('ngrpo', batch);
    expect(dropped).toEqual([false, false, false, false, false, false, true, true, true]);
    expect(advantage[0]?.[0]).toBeCloseTo(-0.5, 5);
    expect(advantage[8]?.[0]).toBe(0);
  });
});

describe('DAPO', () => {
  it('punishes overlong answers softly', () => {
    expect([4, 6, 7, 8, 9].map((length) => overlongPenalty(length, 8, 2))).toEqual([-0, -0, -0.5, -1, -1]);
    expect(overlongPenalty(8, 8, 0)).toBe(0);
  });

  it('lets the penalty part two right answers of different length', () => {
    const [short = 0, long = 0] = firstAdvantages(
      'dapo',
      [sample(0, 1, 3), sample(0, 1, 8), sample(0, 0, 3)],
      {},
      { params: { overlongBuffer: 4 } },
    );
    expect(short).toBeGreaterThan(long);
  });

  it('caps its generation at 4 batches unless told otherwise', () => {
    const { generationCap } = findAlgorithm('dapo');
    expect([generationCap({}), generationCap({ refillCap: 2 })]).toEqual([4, 2]);
    expect(() => generationCap({ refillCap: 'x' })).toThrow('objective.params.refillCap');
  });
});

const rewards = fc.array(fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
});
const batches = rewards.map((groups) =>
  groups.flatMap((members, id) =>
    members.map((reward, index): RolloutSample => sample(id, reward, 1 + ((index * 7 + id) % 3), -0.3 * (index + 1))),
  ),
);

describe.each(algorithms.map((definition) => [definition.id, definition] as const))('%s', (algorithm, definition) => {
  it('gives what its examples say', () => {
    expect(definition.examples.length > 0 || definition.critic !== null).toBe(true);
    for (const { groupSize, right, advantageOfRight, advantageOfWrong } of definition.examples) {
      const advantages = firstAdvantages(algorithm, group(groupSize, right));
      advantages.forEach((advantage, index) =>
        expect(advantage).toBeCloseTo((index < right ? advantageOfRight : advantageOfWrong) ?? NaN, 4),
      );
      expect([advantageOfRight === null, advantageOfWrong === null]).toEqual([right === 0, right === groupSize]);
    }
  });

  it('keeps its laws (invariants 5 and 6)', () => {
    const sizes = [1, 3, 5, 8];
    const laws = {
      'equal rewards give nothing': () => {
        for (const size of sizes)
          for (const right of [0, size])
            expect(firstAdvantages(algorithm, group(size, right))).toEqual(Array.from({ length: size }, () => 0));
      },
      'a group sums to zero': () => {
        for (const size of sizes)
          for (let right = 0; right <= size; right++)
            expect(sum(firstAdvantages(algorithm, group(size, right)))).toBeCloseTo(0, 5);
      },
    } as const;
    for (const law of definition.laws) laws[law]();
  });

  it('is equivariant under permutations of the samples', () => {
    fc.assert(
      fc.property(batches, fc.nat(), (samples, salt) => {
        const order = samples
          .map((_, index) => index)
          .sort((a, b) => ((a * 7919 + salt) % 101) - ((b * 7919 + salt) % 101));
        const permuted = order.flatMap((index) => samples[index] ?? []);
        const { advantage } = advantagesOf(algorithm, samples);
        expect(advantagesOf(algorithm, permuted).advantage).toEqual(order.map((index) => advantage[index]));
      }),
      { numRuns: 60 },
    );
  });

  it('gives one finite advantage per token, whatever the rewards', () => {
    fc.assert(
      fc.property(batches, (samples) => {
        const { advantage, returns } = advantagesOf(algorithm, samples);
        expect(advantage.map((row) => row.length)).toEqual(samples.map(({ oldLogp }) => oldLogp.length));
        for (const value of [...advantage, ...(returns ?? [])].flatMap((row) => Array.from(row)))
          expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('survives no samples, a group of one, equal rewards and empty answers', () => {
    for (const samples of [
      [],
      [sample(0, 1)],
      [sample(0, 0)],
      group(4, 0),
      group(4, 4),
      [sample(0, 0, 0), sample(0, 1, 0)],
    ])
      for (const row of advantagesOf(algorithm, samples).advantage)
        for (const value of row) expect(Number.isFinite(value)).toBe(true);
  });
});

it('NGRPO sums to less than 0 over a group that is not all right (invariant 6)', () => {
  for (let right = 0; right < 8; right++) expect(sum(firstAdvantages('ngrpo', group(8, right)))).toBeLessThan(0);
});
