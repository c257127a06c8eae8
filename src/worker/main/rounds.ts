/** The runs that the worker holds: one that trains, or several that take turns on the one device, one rollout each. */
import type { TrainingRun } from './trainingRun';

export interface Rounds {
  /** Takes its place behind those that are there. */
  add(run: TrainingRun): void;
  find(runId: string): TrainingRun | null;
  /** Whether more than one can still go on. */
  several(): boolean;
  /** Goes on until every run has ended, a pause, or the end of so many rounds. */
  start(maxRounds?: number): void;
  pause(): void;
  /** Ends and forgets all of them. */
  clear(): Promise<void>;
}

export function createRounds(): Rounds {
  let runs: readonly TrainingRun[] = [];
  /** Those that can go on, the next one first: a pause in the middle of a round keeps the order. */
  let line: TrainingRun[] = [];
  let going: { readonly end: Promise<void>; readonly stop: { asked: boolean } } | null = null;

  async function takeTurns(maxRounds: number, stop: { readonly asked: boolean }): Promise<void> {
    for (let turns = maxRounds * line.length; turns > 0 && !stop.asked; turns--) {
      const run = line.shift();
      if (!run) break;
      if (await run.turn()) line.push(run);
    }
    for (const run of line) await run.rest();
  }

  function pause(): void {
    if (going) going.stop.asked = true;
    for (const run of runs) run.pause();
  }

  return {
    add: (run) => {
      runs = [...runs, run];
      line.push(run);
    },
    find: (runId) => runs.find((run) => run.runId === runId) ?? null,
    several: () => runs.length > 1 && line.length > 0,
    start: (maxRounds = Infinity) => {
      const [alone, ...others] = runs;
      if (alone && others.length === 0) return alone.start(Number.isFinite(maxRounds) ? maxRounds : undefined);
      if (going && !going.stop.asked) return;
      // After a pause the copies are still being kept: going on waits for that.
      const before = going?.end ?? Promise.resolve();
      const stop = { asked: false };
      const mine = { stop, end: before.then(() => takeTurns(maxRounds, stop)) };
      going = mine;
      void mine.end.finally(() => {
        if (going === mine) going = null;
      });
    },
    pause,
    clear: async () => {
      pause();
      const leaving = runs;
      runs = [];
      line = [];
      for (const run of leaving) await run.dispose();
      await going?.end;
    },
  };
}
