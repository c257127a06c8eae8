/** Counts the GPU buffers that are alive, from outside: our own code is not asked. */

export interface LiveBuffers {
  readonly buffers: number;
  readonly bytes: number;
}

/** Wraps WebGPU's classes so that `globalThis.liveBuffers()` tells what is alive: created, and neither destroyed itself nor with its
 * device. Stands on its own, since a page's worker gets it as text: `(${installGpuMeter})()`. The classes must be there. */
export function installGpuMeter(): void {
  const { GPUAdapter, GPUDevice, GPUBuffer } = globalThis;
  const devices = new WeakMap<GPUDevice, Map<GPUBuffer, number>>();
  // Weakly: a device that nobody holds frees its buffers when it is collected, and is no leak.
  const opened = new Set<WeakRef<GPUDevice>>();
  const requestDevice = GPUAdapter.prototype.requestDevice;
  const createBuffer = GPUDevice.prototype.createBuffer;
  const destroyDevice = GPUDevice.prototype.destroy;
  const destroyBuffer = GPUBuffer.prototype.destroy;
  const owners = new WeakMap<GPUBuffer, Map<GPUBuffer, number>>();
  GPUAdapter.prototype.requestDevice = async function (...request: Parameters<typeof requestDevice>) {
    const device = await requestDevice.apply(this, request);
    const alive = new Map<GPUBuffer, number>();
    devices.set(device, alive);
    opened.add(new WeakRef(device));
    void device.lost.then(() => alive.clear());
    return device;
  };
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const alive = devices.get(this);
    alive?.set(buffer, descriptor.size);
    if (alive) owners.set(buffer, alive);
    return buffer;
  };
  GPUDevice.prototype.destroy = function () {
    devices.get(this)?.clear();
    destroyDevice.call(this);
  };
  GPUBuffer.prototype.destroy = function () {
    owners.get(this)?.delete(this);
    destroyBuffer.call(this);
  };
  Object.assign(globalThis, {
    liveBuffers: () => {
      let buffers = 0;
      let bytes = 0;
      for (const reference of opened) {
        const device = reference.deref();
        if (!device) opened.delete(reference);
        for (const size of (device && devices.get(device)?.values()) ?? []) {
          buffers += 1;
          bytes += size;
        }
      }
      return { buffers, bytes };
    },
  });
}
