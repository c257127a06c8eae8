/** The hub's readers against the stand-in, with a clock that runs through every pause at once. */
import { sha256Stream } from '../lib/sha256Stream';
import type { HubWorld } from './types';

export interface TestWorld extends HubWorld {
  /** Pauses that were taken, ms, those for the watch on silence left out. */
  readonly waited: number[];
}

/** `silenceMs`: real time after which the watch on silence strikes. */
export function testWorld(endpoint: string, silenceMs = 60_000): TestWorld {
  const waited: number[] = [];
  let now = 0;
  return {
    endpoint,
    waited,
    fetch: (url, init) => fetch(url, init),
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        // Every request watches for 30 s of silence from its first moment on.
        const watch = ms > 29_000 && ms <= 30_000;
        if (!watch) waited.push(ms);
        const timer = setTimeout(
          () => {
            now += ms;
            resolve();
          },
          watch ? silenceMs : 0,
        );
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        });
      }),
    sha256: sha256Stream,
  };
}
