/** gemm.wgsl as CPU adapters run it; variant.swiftshader.test.ts has the GPUs' form. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { gemmParity } from './gemm.parity.fixture';
import { KernelBench } from './kernelBench.fixture';
import { softwareVariant } from './variant';

let bench: KernelBench;
beforeAll(async () => {
  bench = await KernelBench.open();
});
afterEach(() => {
  bench.clear();
});
afterAll(() => {
  bench.close();
});

gemmParity(() => bench, softwareVariant, true);
