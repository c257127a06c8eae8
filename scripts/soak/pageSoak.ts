/** What the page's part of a soak wrote (e2e/long/soak.spec.ts), as quantities to judge. */
import type { LiveBuffers } from './gpuMeter.ts';
import type { HeapParts } from './heapParts.ts';
import { compiledShare, type Quantity } from './judge.ts';

export interface PageLook {
  /** After a forced collection. */
  readonly pageHeap: HeapParts;
  readonly workerHeap: HeapParts;
  readonly domNodes: number;
  /** Numbers of edits on the charts, which stay as the edits do: an element and its text each. */
  readonly editNumbers: number;
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
  /** Of all the browser's processes, likewise. */
  readonly processorMs: number;
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
    seen = looks,
  ): Quantity => ({ name, unit, allowedShare, meant, samples: seen.map((one) => ({ at: one.at, value: read(one) })) });
  const steps = seconds
    .slice(1)
    .map(({ at, value }, index) => ({ at, value: 1000 * (value - (seconds[index]?.value ?? 0)) }));
  const whole = steps.length === 0 ? 'a start and stop' : 'a step, all in all';
  // Half way through a run another copy joins the others, for forks.
  const settled = steps.length === 0 ? looks : looks.slice(Math.ceil(looks.length / 2));
  return [
    quantity(
      'page: JS objects after GC',
      'bytes',
      0.1,
      (one) => one.pageHeap.objects,
      objectsPerRecord * recordedBytes,
    ),
    quantity('page: compiled code', 'bytes', compiledShare, (one) => one.pageHeap.compiled),
    quantity(
      'worker: JS objects after GC',
      'bytes',
      0.1,
      (one) => one.workerHeap.objects,
      objectsPerRecord * recordedBytes,
    ),
    quantity('worker: compiled code', 'bytes', compiledShare, (one) => one.workerHeap.compiled),
    quantity('DOM nodes but for the numbers of edits', 'count', 0.1, (one) => one.domNodes - 2 * one.editNumbers),
    quantity('DOM listeners', 'count', 0.1, (one) => one.listeners),
    quantity('GPU buffers', 'count', 0, (one) => one.gpu.buffers),
    quantity('GPU bytes', 'bytes', 0, (one) => one.gpu.bytes),
    quantity('OPFS files', 'count', 0.1, (one) => one.files, 0, settled),
    quantity('OPFS bytes', 'bytes', 0.05, (one) => one.fileBytes, copiesOfRecord * recordedBytes, settled),
    ...(steps.length === 0
      ? []
      : [{ name: 'a step, as trained', unit: 'ms' as const, allowedShare: 0.2, meant: 0, samples: steps }]),
    quantity(`${whole}: processor`, 'ms', 0.2, (one) => one.processorMs),
    quantity(`${whole}: by the clock`, 'ms', 0.2, (one) => one.ms),
  ];
}
