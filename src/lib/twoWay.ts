/** Means over seeds and problems at once: both are draws, and the same problems come with every seed. */
import { mean, studentQuantile975, type Interval } from './stats';

/**
 * Mean of `values` [seed][problem] with its 95 % interval over new seeds and new problems: variance components of two crossed
 * random factors, Var = (MS_seeds + MS_problems − MS_rest) / (S P), never below what either factor has alone, and Student's t with
 * Satterthwaite's degrees of freedom (Searle, Casella, McCulloch, Variance Components, 1992, chapter 4). Null for fewer than
 * two seeds or problems, or rows of different lengths.
 */
export function twoWayInterval(values: readonly ArrayLike<number>[]): Interval | null {
  const seeds = values.length;
  const problems = values[0]?.length ?? 0;
  if (seeds < 2 || problems < 2 || values.some(({ length }) => length !== problems)) return null;
  const ofSeeds = values.map(mean);
  const ofProblems = Array.from({ length: problems }, (_, problem) => mean(values.map((row) => row[problem] ?? 0)));
  const centre = mean(ofSeeds);
  const squares = (all: readonly number[]): number => all.reduce((total, value) => total + (value - centre) ** 2, 0);
  let rest = 0;
  for (const [seed, row] of values.entries())
    for (let problem = 0; problem < problems; problem++)
      rest += ((row[problem] ?? 0) - (ofSeeds[seed] ?? 0) - (ofProblems[problem] ?? 0) + centre) ** 2;
  // Each as a variance of the grand mean.
  const bySeeds = squares(ofSeeds) / (seeds - 1) / seeds;
  const byProblems = squares(ofProblems) / (problems - 1) / problems;
  const byRest = rest / ((seeds - 1) * (problems - 1)) / (seeds * problems);
  const variance = Math.max(bySeeds + byProblems - byRest, bySeeds, byProblems);
  if (variance === 0) return { mean: centre, low: centre, high: centre };
  const degrees =
    variance ** 2 /
    (bySeeds ** 2 / (seeds - 1) + byProblems ** 2 / (problems - 1) + byRest ** 2 / ((seeds - 1) * (problems - 1)));
  const half = studentQuantile975(degrees) * Math.sqrt(variance);
  return { mean: centre, low: centre - half, high: centre + half };
}
