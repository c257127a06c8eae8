/** The oracle through the kernels that GPUs run (tiles in workgroup memory, 64 threads per row, weight gradients in 8 runs of rows). */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { gpuVariant } from '../kernels/variant';
import { checkForward, checkGradients } from './oracleChecks.fixture';
import { forwardNames, oracleRows } from './oracleFiles.fixture';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

describe('GPU kernels', () => {
  it.each(oracleRows(true))('gradients of %s', async (_, oracle) => {
    await checkGradients(gpu, oracle, { variant: gpuVariant });
  });

  it.each(forwardNames)('logits of %s', async (name) => {
    await checkForward(gpu, name, { variant: gpuVariant });
  });
});
