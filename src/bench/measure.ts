/** Timing: warm-up, interleaved rounds, median and spread, and what a repetition created and submitted. */
import { subtractCounts, type GpuCounts } from '../gpu/counting';
import type { Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { median } from '../lib/numeric';

/** Milliseconds of one repetition over the rounds. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** Per repetition, in the steady state. */
export interface Measurement {
  readonly ms: Timing;
  /** Processor time of all threads: on an adapter that computes on the CPU it tells the cost under any other load. Null
   * in a page. */
  readonly cpuMs: Timing | null;
  readonly counts: Readonly<Omit<GpuCounts, 'bytes'>> & { readonly bytesCreated: number };
}

/** Work that resolves when the GPU is idle again. */
export type Work = (repetitions: number) => Promise<unknown>;

export function timingOf(values: readonly number[]): Timing {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: median(sorted), low: at(sorted, 0), high: at(sorted, sorted.length - 1), rounds: sorted.length };
}

/** Milliseconds of one repetition, wall and processor time. */
interface Timed {
  readonly ms: number;
  readonly cpuMs: number | null;
}

/** Times several works in turn, `rounds` times round robin, each round long enough to be timed (`leastMs`; 0: one repetition). The
 * first call of each work warms up and is not counted. `onRound` is told of each round of each work, of the warm-up as round 0. */
export async function measureInterleaved(
  gpu: Gpu,
  works: readonly Work[],
  rounds: number,
  leastMs: number,
  onRound: (work: number, round: number, time: Timed) => void = () => undefined,
): Promise<Measurement[]> {
  const repetitions: number[] = [];
  for (const [index, work] of works.entries()) {
    onRound(index, 0, await timed(gpu, work, 1));
    const { ms } = leastMs > 0 ? await timed(gpu, work, 1) : { ms: Infinity };
    repetitions.push(Math.max(1, Math.min(10_000, Math.ceil(leastMs / Math.max(ms, 1e-3)))));
  }
  const times: number[][] = works.map(() => []);
  const cpuTimes: number[][] = works.map(() => []);
  const counts: GpuCounts[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const count = at(repetitions, index);
      const { ms, cpuMs, counts: used } = await timed(gpu, work, count);
      at(times, index).push(ms / count);
      if (cpuMs !== null) at(cpuTimes, index).push(cpuMs / count);
      counts[index] = used;
      onRound(index, round + 1, { ms: ms / count, cpuMs: cpuMs === null ? null : cpuMs / count });
    }
  }
  gpu.check();
  return works.map((_, index): Measurement => {
    const perRepetition = (value: number) => value / at(repetitions, index);
    const { bytes, ...objects } = at(counts, index);
    return {
      ms: timingOf(at(times, index)),
      cpuMs: at(cpuTimes, index).length > 0 ? timingOf(at(cpuTimes, index)) : null,
      counts: {
        buffers: perRepetition(objects.buffers),
        bindGroups: perRepetition(objects.bindGroups),
        pipelines: perRepetition(objects.pipelines),
        submits: perRepetition(objects.submits),
        passes: perRepetition(objects.passes),
        dispatches: perRepetition(objects.dispatches),
        bytesCreated: perRepetition(bytes),
      },
    };
  });
}

async function timed(gpu: Gpu, work: Work, repetitions: number) {
  const before = { ...gpu.counts };
  const cpuBefore = cpuTimeMs();
  const start = performance.now();
  await work(repetitions);
  await gpu.device.queue.onSubmittedWorkDone();
  const ms = performance.now() - start;
  const cpuAfter = cpuTimeMs();
  const cpuMs = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  return { ms, cpuMs, counts: subtractCounts(gpu.counts, before) };
}

function cpuTimeMs(): number | null {
  if (typeof process === 'undefined' || typeof process.cpuUsage !== 'function') return null;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Four significant digits of every fraction: more would be noise. Counts stay whole. */
export function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(4)) : part,
    ),
  ) as T;
}
