/** As CPU adapters run it; variant.swiftshader.test.ts has the GPUs' form. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { KernelBench } from './kernelBench.fixture';
import { sampleParity } from './sample.parity.fixture';
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

sampleParity(() => bench, softwareVariant, [1, 2, 65, 257, 4096, 4101, 20_011]);
