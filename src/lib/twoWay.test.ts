import { describe, expect, it } from 'vitest';
import { createRng } from './rng';
import { studentInterval, studentQuantile975 } from './stats';
import { twoWayInterval } from './twoWay';

/** Standard normal, Box-Muller. */
function normals(seed: number): () => number {
  const rng = createRng(seed);
  return () => Math.sqrt(-2 * Math.log(1 - rng.nextFloat())) * Math.cos(2 * Math.PI * rng.nextFloat());
}

describe('an interval over seeds and problems', () => {
  it('is Student’s over seeds where the problems are all alike', () => {
    const seeds = [0.2, 0.5, 0.3];
    const own = twoWayInterval(seeds.map((value) => [value, value, value, value]));
    const student = studentInterval(seeds);
    expect(own?.mean).toBeCloseTo(student.mean, 12);
    expect(own?.low).toBeCloseTo(student.low, 9);
  });

  it('is Student’s over problems where the seeds are all alike', () => {
    const problems = [0.1, 0.9, 0.4, 0.4, 0.7];
    const own = twoWayInterval([problems, problems, problems]);
    expect(own?.high).toBeCloseTo(studentInterval(problems).high, 9);
  });

  it('covers the true mean about 95 times in 100 where both vary, and over seeds alone does not', () => {
    let [both, seedsOnly] = [0, 0];
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const next = normals(trial);
      const problems = Array.from({ length: 40 }, () => next());
      const values = Array.from({ length: 4 }, () => {
        const seed = 0.1 * next();
        return problems.map((problem) => seed + problem + 0.2 * next());
      });
      const [own, student] = [
        twoWayInterval(values),
        studentInterval(values.map((row) => row.reduce((a, b) => a + b) / 40)),
      ];
      if (own && own.low <= 0 && own.high >= 0) both++;
      if (student.low <= 0 && student.high >= 0) seedsOnly++;
    }
    expect(both / trials).toBeGreaterThan(0.92);
    expect(both / trials).toBeLessThan(0.985);
    expect(seedsOnly / trials).toBeLessThan(0.85);
  });

  it('is none for one seed, one problem, or rows that do not match', () => {
    expect([twoWayInterval([[1, 2]]), twoWayInterval([[1], [2]]), twoWayInterval([[1, 2], [1]])]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

it('quantiles of Student’s t stand in the table at whole degrees and fall between', () => {
  expect([1, 2, 30].map(studentQuantile975)).toEqual([12.7062, 4.3027, 2.0423]);
  const between = studentQuantile975(2.5);
  // scipy.stats.t.ppf(0.975, 2.5) = 3.558
  expect(between).toBeGreaterThan(3.1824);
  expect(between).toBeLessThan(4.3027);
  expect(studentQuantile975(1e6)).toBeCloseTo(1.96, 4);
});
