/** What the page's part of a soak wrote (e2e/long/soak.spec.ts), as quantities to judge. */
import type { LiveBuffers } from './gpuMeter.ts';
import type { Quantity } from './judge.ts';

export interface PageLook {
  /** Bytes in use after a forced collection. */
  readonly pageHeapBytes: number;
  readonly workerHeapBytes: number;
  readonly domNodes: number;
  readonly listeners: number;
  readonly gpu: LiveBuffers;
  /** In the origin's private file system. */
  readonly files: number;
  readonly fileBytes: number;
}

export interface TimedLook extends PageLook {
  /** Steps, or starts, done. */
  readonly at: number;
  /** From one look to the next, looking not counted: per step of a run, else of a whole start and stop. */
  readonly ms: number;
}

export interface PageSoak {
  readonly looks: readonly TimedLook[];
  /** Training time after each step of a run, as its rows tell it. */
  readonly seconds: readonly { readonly at: number; readonly value: number }[];
  /** What a step adds to the run's record, as JSON. */
  readonly recordedBytes: number;
}

/** The record is kept to the end of the run: as objects, of about twice the size of the JSON, in page and worker, and as JSON within
 * the two newest copies and the best one. */
const objectsPerRecord = 2;
const copiesOfRecord = 3;

export function pageQuantities({ looks, seconds, recordedBytes }: PageSoak): readonly Quantity[] {
  const quantity = (
    name: string,
    unit: Quantity['unit'],
    allowedShare: number,
    read: (one: TimedLook) => number,
    meant = 0,
  ): Quantity => ({ name, unit, allowedShare, meant, samples: looks.map((one) => ({ at: one.at, value: read(one) })) });
  const steps = seconds
    .slice(1)
    .map(({ at, value }, index) => ({ at, value: 1000 * (value - (seconds[index]?.value ?? 0)) }));
  return [
    quantity('page: JS heap after GC', 'bytes', 0.1, (one) => one.pageHeapBytes, objectsPerRecord * recordedBytes),
    quantity('worker: JS heap after GC', 'bytes', 0.1, (one) => one.workerHeapBytes, objectsPerRecord * recordedBytes),
    quantity('DOM nodes', 'count', 0.1, (one) => one.domNodes),
    quantity('DOM listeners', 'count', 0.1, (one) => one.listeners),
    quantity('GPU buffers', 'count', 0, (one) => one.gpu.buffers),
    quantity('GPU bytes', 'bytes', 0, (one) => one.gpu.bytes),
    quantity('OPFS files', 'count', 0.1, (one) => one.files),
    quantity('OPFS bytes', 'bytes', 0.05, (one) => one.fileBytes, copiesOfRecord * recordedBytes),
    ...(steps.length === 0
      ? []
      : [{ name: 'a step, as trained', unit: 'ms' as const, allowedShare: 0.2, meant: 0, samples: steps }]),
    quantity(steps.length === 0 ? 'a start and stop' : 'a step, all in all', 'ms', 0.2, (one) => one.ms),
  ];
}
