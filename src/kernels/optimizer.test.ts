/** As CPU adapters run it; variant.swiftshader.test.ts has the GPUs' form. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { KernelBench } from './kernelBench.fixture';
import { optimizerParity } from './optimizer.parity.fixture';
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

optimizerParity(() => bench, softwareVariant, [4, 260, 20_000]);
