/** WebGPU for Node: Dawn from the `webgpu` package. Loaded only where there is no `navigator.gpu`. */

/** Kept for the life of the process: Dawn crashes when the instance is collected while a device is alive. */
let instance: GPU | undefined;

/** The process-wide GPU object; installs the WebGPU constants (`GPUBufferUsage` ...) as globals. */
export async function nodeGpu(): Promise<GPU> {
  if (instance) return instance;
  const dawn = await import('webgpu');
  Object.assign(globalThis, dawn.globals);
  instance = dawn.create([]);
  return instance;
}
