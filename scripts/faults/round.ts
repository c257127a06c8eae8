/** What a round of faults is, and how it is told. Everything in it is drawn from seed, part and number: it can be done again alone. */
import { createRng, type Rng } from '../../src/lib/rng.ts';

export type FaultPart = 'node' | 'page';

export interface Outcome {
  /** What was done and when, e.g. `SIGKILL 120 ms after step 17`. */
  readonly story: readonly string[];
  /** What should not have been; null where all was well. */
  readonly failure: string | null;
}

export const rngOf = (part: FaultPart, seed: number, round: number): Rng => createRng(seed, 'faults', part, round);

export function pick<T>(rng: Rng, values: readonly [T, ...T[]]): T {
  return values[rng.int(values.length)] ?? values[0];
}

/** One line of the report; of a failure also how to have it again. */
export function describeRound(part: FaultPart, seed: number, round: number, { story, failure }: Outcome): string {
  const told = `${failure === null ? 'ok    ' : 'FAILED'} ${part} round ${round}: ${story.join('; ')}`;
  if (failure === null) return told;
  return `${told}\n       ${failure.replace(/\s+/g, ' ')}\n       again: npm run test:faults -- --part ${part} --seed ${seed} --round ${round}`;
}

/** Rounds until the time is over (one at least), or the one that is named. Returns how many failed. */
export async function playRounds(
  part: FaultPart,
  seed: number,
  only: number | null,
  minutes: number,
  play: (rng: Rng) => Promise<Outcome>,
): Promise<{ readonly rounds: number; readonly failed: number }> {
  const until = performance.now() + 60_000 * minutes;
  let failed = 0;
  let rounds = 0;
  do {
    const round = only ?? rounds;
    const outcome = await play(rngOf(part, seed, round));
    console.log(describeRound(part, seed, round, outcome));
    failed += outcome.failure === null ? 0 : 1;
    rounds += 1;
  } while (only === null && performance.now() < until);
  return { rounds, failed };
}
