/** The kernels whose shape depends on the adapter, as GPUs run them. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { attentionParity } from './attention.parity.fixture';
import { decodeAttentionParity } from './decodeAttention.parity.fixture';
import { gemmParity, tileParity } from './gemm.parity.fixture';
import { factorParity } from './gemmFactors.parity.fixture';
import { wideHeads } from './heads.fixture';
import { KernelBench } from './kernelBench.fixture';
import { longAttentionParity } from './longAttention.parity.fixture';
import { productTileNames } from './productTile';
import { optimizerParity } from './optimizer.parity.fixture';
import { sampleParity } from './sample.parity.fixture';
import { tokenLossParity } from './tokenLoss.parity.fixture';
import { gpuVariant } from './variant';
import { weightGradParity } from './weightGrad.parity.fixture';

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

describe('matrix product', () => {
  gemmParity(() => bench, gpuVariant, false);
  factorParity(() => bench, gpuVariant, false);
});
describe.each(productTileNames.filter((name) => name.startsWith('staged')))('matrix product, %s', (name) => {
  tileParity(() => bench, gpuVariant, name, false);
});
describe('token loss', () => {
  tokenLossParity(() => bench, gpuVariant, [1, 65, 257, 4098]);
});
describe('weight gradients', () => {
  weightGradParity(() => bench, gpuVariant, [1, 65, 257]);
});
describe('optimiser', () => {
  optimizerParity(() => bench, gpuVariant, [260]);
});
describe('sampling', () => {
  sampleParity(() => bench, gpuVariant, [65, 257, 4098]);
});
describe('attention of wide heads', () => {
  attentionParity(() => bench, wideHeads, gpuVariant);
  longAttentionParity(() => bench, gpuVariant);
  decodeAttentionParity(() => bench, wideHeads, gpuVariant);
});
