/** Time by kernel: while it is on, every dispatch is a pass of its own between two timestamps. Same dispatches in the same order, so
 * the same bits; slower by what the passes cost. */
import { at } from '../lib/invariant';
import type { Gpu } from './device';

export interface KernelTime {
  /** The dispatch's label. */
  readonly label: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

/** Queries of one set at most, WebGPU's limit. */
const setQueries = 4096;

interface TimedSet {
  readonly querySet: GPUQuerySet;
  /** Of each dispatch, which has two queries. */
  readonly labels: string[];
}

/** Runs `work` and says how long each kind of dispatch took in it, the longest first. Null where the device has no timestamps. Nothing
 * else may encode on the device meanwhile. */
export async function timeKernels(gpu: Gpu, work: () => Promise<unknown>): Promise<KernelTime[] | null> {
  if (!gpu.device.features.has('timestamp-query')) return null;
  const { device } = gpu;
  const create = device.createCommandEncoder.bind(device);
  const totals = new Map<string, KernelTime>();
  const reads: (() => Promise<void>)[] = [];
  device.createCommandEncoder = (descriptor) =>
    timedEncoder(device, create(descriptor), (encoder, sets) => {
      reads.push(...sets.map((set) => resolveSet(device, encoder, set, totals)));
    });
  try {
    await work();
  } finally {
    device.createCommandEncoder = create;
  }
  // a buffer that waits to be mapped cannot be submitted: by now everything is
  for (const read of reads) await read();
  return [...totals.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

/** `encoder` with passes that are cut at each dispatch; `finishing` is told before its commands are complete. */
function timedEncoder(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  finishing: (encoder: GPUCommandEncoder, sets: readonly TimedSet[]) => void,
): GPUCommandEncoder {
  const sets: TimedSet[] = [];
  const begin = encoder.beginComputePass.bind(encoder);
  const finish = encoder.finish.bind(encoder);
  const timestamps = (label: string): GPUComputePassTimestampWrites => {
    let set = sets.at(-1);
    if (set === undefined || 2 * set.labels.length === setQueries) {
      set = { querySet: device.createQuerySet({ type: 'timestamp', count: setQueries }), labels: [] };
      sets.push(set);
    }
    const first = 2 * set.labels.length;
    set.labels.push(label);
    return { querySet: set.querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
  };
  encoder.beginComputePass = () => timedPass((label) => begin({ label, timestampWrites: timestamps(label) }));
  encoder.finish = (descriptor) => {
    finishing(encoder, sets);
    return finish(descriptor);
  };
  return encoder;
}

/** The part of a pass that plans use: each dispatch begins and ends one. */
function timedPass(begin: (label: string) => GPUComputePassEncoder): GPUComputePassEncoder {
  let pipeline: GPUComputePipeline | null = null;
  let group: GPUBindGroup | null = null;
  const pass: Pick<GPUComputePassEncoder, 'setPipeline' | 'setBindGroup' | 'dispatchWorkgroups' | 'end'> = {
    setPipeline: (next) => {
      pipeline = next;
    },
    setBindGroup: (_index: number, next: GPUBindGroup | null | undefined) => {
      group = next ?? null;
    },
    dispatchWorkgroups: (x, y, z) => {
      const own = begin(group?.label ?? '');
      if (pipeline) own.setPipeline(pipeline);
      own.setBindGroup(0, group);
      own.dispatchWorkgroups(x, y, z);
      own.end();
    },
    end: () => undefined,
  };
  return pass as GPUComputePassEncoder;
}

/** Records the copy of a set's times and returns what adds them to `totals` once the commands have run. */
function resolveSet(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  { querySet, labels }: TimedSet,
  totals: Map<string, KernelTime>,
): () => Promise<void> {
  const bytes = 16 * labels.length;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size: bytes, usage: QUERY_RESOLVE | COPY_SRC });
  const staging = device.createBuffer({ size: bytes, usage: COPY_DST | MAP_READ });
  encoder.resolveQuerySet(querySet, 0, 2 * labels.length, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
  return async () => {
    await staging.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigUint64Array(staging.getMappedRange());
    labels.forEach((label, i) => {
      const { dispatches, milliseconds } = totals.get(label) ?? { dispatches: 0, milliseconds: 0 };
      const took = Number(at(nanoseconds, 2 * i + 1) - at(nanoseconds, 2 * i)) / 1e6;
      totals.set(label, { label, dispatches: dispatches + 1, milliseconds: milliseconds + Math.max(0, took) });
    });
    for (const object of [querySet, resolved, staging]) object.destroy();
  };
}
