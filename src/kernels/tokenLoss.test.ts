/** As CPU adapters run it; variant.swiftshader.test.ts has the GPUs' form. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { KernelBench } from './kernelBench.fixture';
import { tokenLossParity } from './tokenLoss.parity.fixture';
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

tokenLossParity(() => bench, softwareVariant, [1, 2, 63, 64, 65, 257, 4096, 4100, 20_011, 151_936]);
