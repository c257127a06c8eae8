/** Stands in for the `webgpu` package in tests that must do without a device. */
const refuse = (): never => {
  throw new Error(
    'This test opens a WebGPU device, but scripts/tests/adapterTests.ts did not see that: import openDevice by its name.',
  );
};

export const create = refuse;
export const globals: Readonly<Record<string, never>> = {};
