/** Counts what is created and submitted, so that "nothing is created in the steady state" is a test and not a hope. */

export interface GpuCounts {
  buffers: number;
  bytes: number;
  bindGroups: number;
  pipelines: number;
  submits: number;
  passes: number;
  dispatches: number;
}

export function zeroCounts(): GpuCounts {
  return { buffers: 0, bytes: 0, bindGroups: 0, pipelines: 0, submits: 0, passes: 0, dispatches: 0 };
}

export function subtractCounts(after: GpuCounts, before: GpuCounts): GpuCounts {
  return {
    buffers: after.buffers - before.buffers,
    bytes: after.bytes - before.bytes,
    bindGroups: after.bindGroups - before.bindGroups,
    pipelines: after.pipelines - before.pipelines,
    submits: after.submits - before.submits,
    passes: after.passes - before.passes,
    dispatches: after.dispatches - before.dispatches,
  };
}

/** Wraps the creating methods of `device` and its queue's submit in place; passes and dispatches are counted by `Plan`. */
export function countingDevice(device: GPUDevice): { device: GPUDevice; counts: GpuCounts } {
  const counts = zeroCounts();
  const createBuffer = device.createBuffer.bind(device);
  const createBindGroup = device.createBindGroup.bind(device);
  const createComputePipelineAsync = device.createComputePipelineAsync.bind(device);
  const submit = device.queue.submit.bind(device.queue);
  const queue = device.queue;
  device.createBuffer = (descriptor) => {
    counts.buffers++;
    counts.bytes += descriptor.size;
    return createBuffer(descriptor);
  };
  device.createBindGroup = (descriptor) => {
    counts.bindGroups++;
    return createBindGroup(descriptor);
  };
  device.createComputePipelineAsync = (descriptor) => {
    counts.pipelines++;
    return createComputePipelineAsync(descriptor);
  };
  queue.submit = (buffers) => {
    counts.submits++;
    submit(buffers);
  };
  return { device, counts };
}
