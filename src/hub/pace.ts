/** How fast bytes come and how long the rest will take, over the last seconds. */
export interface Pace {
  readonly bytesPerSecond: number;
  /** Null until it can be told. */
  readonly secondsLeft: number | null;
}

const WINDOW_MS = 8_000;
/** Before that a speed is a guess. */
const LEAST_MS = 500;

/** `now`: milliseconds. The returned function is told the bytes so far, and all. */
export function createPace(now: () => number): (done: number, total: number) => Pace {
  const seen: { readonly at: number; readonly done: number }[] = [];
  return (done, total) => {
    const at = now();
    seen.push({ at, done });
    while ((seen[1]?.at ?? at) < at - WINDOW_MS) seen.shift();
    const first = seen[0] ?? { at, done };
    const ms = at - first.at;
    if (ms < LEAST_MS || done <= first.done) return { bytesPerSecond: 0, secondsLeft: null };
    const bytesPerSecond = ((done - first.done) * 1000) / ms;
    return { bytesPerSecond, secondsLeft: Math.max(0, total - done) / bytesPerSecond };
  };
}
