import { describe, expect, it } from 'vitest';
import { exactKs, passOfProbability } from '../../lib/exactPass';
import { createRng } from '../../lib/rng';
import { mean } from '../../lib/stats';
import { beyondCooling } from '../../records/cooling';
import { curveOfProblems, type CoolingProblems } from '../../records/coolingProblems';
import type { EvaluationRow } from '../../records/rows';
import { idleRun } from '../runs/run.fixture';
import type { Run } from '../runs/runs';
import { beyondOf, beyondWords } from './beyond';
import type { CoolingReference } from './reference';

const PROBLEMS = 200;
const problemIds = Array.from({ length: PROBLEMS }, (_, index) => `p${index}`);
const rng = createRng(7);
const skill = problemIds.map(() => rng.nextFloat());
/** Cooling helps the problems that are likely right, and hurts the others. */
const cooledAt = (temperature: number): number[] =>
  skill.map((s) => 0.25 + 0.25 * (s > 0.4 ? 1 - temperature / 2.5 : -0.1 * (1 - temperature / 2.5)));
const temperatures = [2, 1.5, 1, 0.7, 0.5, 0.3];
const problems: CoolingProblems = { temperatures, problemIds, probability: temperatures.map(cooledAt) };
const reference: CoolingReference = { curve: curveOfProblems(problems, exactKs), problems };

const evaluation = (step: number, right: readonly number[]): EvaluationRow => ({
  step,
  tokens: 0,
  seconds: 0,
  method: 'exact',
  passAtK: exactKs.map((k) => ({ k, mean: mean(right.map((p) => passOfProbability(p, k))), low: 0, high: 1 })),
  greedyAccuracy: 0,
  entropyNats: 0,
  distinctCorrect: 0,
  problems: PROBLEMS,
  samples: 64,
  correct: [],
  rightProbability: right,
  problemIds,
});
const run = (id: string, right: readonly number[], step = 10): Run =>
  idleRun(id, { evaluations: [evaluation(0, cooledAt(1)), evaluation(step, right)] });

describe('what a run gives beyond cooling', () => {
  it('is nothing for the base cooled, without any spread', () => {
    const beyond = beyondOf([run('cooled', cooledAt(0.7))], reference, 8);
    expect(beyond?.cooled?.temperature).toBeCloseTo(0.7, 9);
    expect(beyond?.difference?.mean).toBeCloseTo(0, 9);
    // Between two temperatures the path is straight and Pass@8 is not: each resample bends a little otherwise.
    expect(Math.abs(beyond?.difference?.low ?? 1)).toBeLessThan(2e-3);
    expect(Math.abs(beyond?.difference?.high ?? 1)).toBeLessThan(2e-3);
  });

  it('is the difference of the means, with an interval around it that the problems decide', () => {
    const trained = cooledAt(1).map((p, index) => Math.min(1, p + (index % 2 === 0 ? 0.04 : -0.03)));
    const beyond = beyondOf([run('trained', trained)], reference, 8);
    const [one, eight] = [1, 8].map((k) => mean(trained.map((p) => passOfProbability(p, k))));
    const { mean: centre, low, high } = beyond?.difference ?? { mean: NaN, low: null, high: null };
    expect(centre).toBeCloseTo(beyondCooling(reference.curve, 8, one ?? 0, eight ?? 0) ?? NaN, 12);
    expect(low).toBeLessThan(centre);
    expect(high).toBeGreaterThan(centre);
    // Two runs of the same gain differ less over the same problems than the gain of one over other problems.
    expect((high ?? 1) - (low ?? 0)).toBeLessThan(0.1);
  });

  it('says where no temperature gets', () => {
    const beyond = beyondOf(
      [
        run(
          'far',
          skill.map(() => 0.9),
        ),
      ],
      reference,
      8,
    );
    expect(beyond).toMatchObject({ cooled: null, difference: null });
    expect(beyond && beyondWords(beyond)).toMatch(
      /^No temperature gives the base pass@1 90\.0 %; the most is .*: cooling alone does not get there\.$/,
    );
  });

  it('has no interval over two seeds, and from three on a wider one than over the problems of their mean alone', () => {
    const seeds = [0, 0.01, 0.02].map((gain, index) =>
      run(
        `s${index}`,
        cooledAt(1).map((p) => p + gain),
      ),
    );
    const [two, three] = [beyondOf(seeds.slice(0, 2), reference, 8), beyondOf(seeds, reference, 8)];
    expect(two?.difference).toMatchObject({ low: null, high: null });
    const alone = beyondOf(
      [
        run(
          'mean',
          cooledAt(1).map((p) => p + 0.03),
        ),
      ],
      reference,
      8,
    );
    const width = (beyond: typeof three): number =>
      (beyond?.difference?.high ?? NaN) - (beyond?.difference?.low ?? NaN);
    expect(width(three)).toBeGreaterThan(width(alone));
    expect(three && beyondWords(three)).toMatch(/over problems and seeds\.$/);
  });

  it('is unknown before training, and without an interval where the problems are not known', () => {
    expect(beyondOf([run('start', cooledAt(1), 0)], reference, 8)).toBeNull();
    const blind = beyondOf([run('a', cooledAt(0.6))], { ...reference, problems: null }, 8);
    expect(blind?.difference).toMatchObject({ low: null, high: null });
    expect(blind && beyondWords(blind)).toMatch(
      /^Cooling alone \(T = 0\.60\) gives the same pass@1 .* points, without an interval\.$/,
    );
  });
});
