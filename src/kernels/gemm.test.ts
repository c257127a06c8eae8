/** gemm.wgsl as CPU adapters run it; variant.swiftshader.test.ts has the GPUs' form. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { gemmParity, tileParity } from './gemm.parity.fixture';
import { factorParity } from './gemmFactors.parity.fixture';
import { KernelBench } from './kernelBench.fixture';
import { productTileNames } from './productTile';
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
factorParity(() => bench, softwareVariant, true);

describe.each(productTileNames)('%s', (name) => {
  tileParity(() => bench, softwareVariant, name, true);
});
