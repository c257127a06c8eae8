/** The kernels that move and add rows (embed, embed_grad, decode_embed, scatter_rows, column_sum), the folded transposes,
 * and the GPU's random numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { expandShader } from '../gpu/shaderTemplate';
import { shaderSources } from '../gpu/shaderSources';
import { at } from '../lib/invariant';
import { philox4x32 } from '../lib/philox';
import { createRng } from '../lib/rng';
import type { BufferSlice } from '../gpu/plan';
import type { TensorWindow } from './tensor';
import { decodeEmbed } from './decode';
import { embed, embedGrad } from './embed';
import { batchUniform, expectClose, expectUntouched, KernelBench, normals } from './kernelBench.fixture';
import { foldWeights } from './optimizer';
import { foldTranspose } from './optimizer.reference';
import { columnSums, embeddingGradient, gatherRows, runSums } from './rows.reference';
import { columnSum, scatterRows } from './rowSums';

const bound = 1e-6;
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

const vocabulary = 257;
const rowTable = (tokens: readonly number[], heads?: readonly (readonly [number, number])[]) =>
  tokens.flatMap((token, row) => [token, 0, 0, 0, 0, 0, ...(heads?.[row] ?? [0, 0])]);
/** A table over the vocabulary, in two windows. */
const table = ({ buffer }: BufferSlice, columns: number): TensorWindow[] =>
  [0, 64].map((first) => ({
    first,
    tensor: { buffer, offset: 4 * first * columns, rows: first === 0 ? 64 : vocabulary - 64, columns, type: 'f32' },
  }));
function randomTokens(count: number): number[] {
  const rng = createRng(1, 'tokens', count);
  return Array.from({ length: count }, (_, i) => (i === 0 ? vocabulary - 1 : rng.int(i % 2 === 0 ? 3 : vocabulary)));
}

it.each([
  [1, 4],
  [63, 12],
  [65, 64],
  [257, 36],
])('%i rows of width %i: embedding and its gradient', async (rows, width) => {
  const tokens = randomTokens(rows);
  const embedding = normals(vocabulary * width, 1, 'embedding');
  const x = bench.poisoned(rows * width + 8);
  const batch = bench.uniform(batchUniform({ rows, headRows: 0 }));
  await bench.run(
    embed({ batch, rows: bench.words(rowTable(tokens)), embedding: table(bench.floats(embedding), width), x }),
    { rows },
  );
  expect(await bench.read(x, rows * width)).toEqual(Float32Array.from(gatherRows(embedding, tokens, width)));
  expectUntouched((await bench.readWords(x, rows * width + 8)).slice(rows * width), 'rows past the end');

  const order = tokens.map((_, row) => row).sort((a, b) => at(tokens, a) - at(tokens, b) || a - b);
  const distinct = [...new Set(order.map((row) => at(tokens, row)))];
  const sorted = order.map((row) => at(tokens, row));
  const runs = distinct.flatMap((token, r) => [
    token,
    sorted.indexOf(token),
    sorted.filter((other) => other === token).length,
    r === 0 ? distinct.length : 0,
  ]);
  const dx = normals(rows * width, 1, 'dx');
  const before = normals(vocabulary * width, 1, 'before');
  const grads = bench.floats(before);
  await bench.run(
    embedGrad({
      runs: bench.words(runs),
      sortedRows: bench.words(order),
      dx: bench.floats(dx),
      gradients: table(grads, width),
    }),
    { runs: distinct.length },
  );
  expectClose(
    await bench.read(grads, vocabulary * width),
    embeddingGradient(before, dx, tokens, width),
    bound,
    'gradient',
  );
});

it('decode embedding takes the next token of the sequence that each row holds', async () => {
  const [width, count] = [12, 65];
  const tokens = randomTokens(count);
  const embedding = normals(vocabulary * width, 1, 'embedding');
  const going = Array.from({ length: 22 }, (_, row) => 64 - 2 * row);
  const x = bench.poisoned(count * width);
  const sampling = new ArrayBuffer(48);
  new Uint32Array(sampling).set([going.length]);
  await bench.run(
    decodeEmbed({
        sampling: bench.uniform(sampling), sequences: bench.words(tokens.flatMap((token) => [0, 0, 0, 0, token, 0, 0, 0])), active: bench.words(going),
      embedding: table(bench.floats(embedding), width), x,
    }), // prettier-ignore
    { rows: going.length },
  );
  const expected = gatherRows(
    embedding,
    going.map((s) => at(tokens, s)),
    width,
  );
  expect(await bench.read(x, going.length * width)).toEqual(Float32Array.from(expected));
});

it('scattered rows are the sums of their runs of head rows, zero without any', async () => {
  const [rows, width] = [65, 12];
  const heads: (readonly [number, number])[] = [];
  let headRows = 0;
  for (let row = 0; row < rows; row++) {
    const count = row % 4 === 3 ? 7 : row % 3;
    heads.push([headRows, count]);
    headRows += count;
  }
  const dHead = normals(headRows * width, 1, 'd head');
  const dx = bench.poisoned(rows * width);
  const table = bench.words(
    rowTable(
      heads.map(() => 0),
      heads,
    ),
  );
  const batch = bench.uniform(batchUniform({ rows, headRows }));
  await bench.run([scatterRows({ batch, rows: table, dHead: bench.floats(dHead), dx, width })], { rows });
  expectClose(await bench.read(dx, rows * width), runSums(dHead, heads, width), bound, 'dx');
});

it.each([1, 2, 257])('column sums over %i rows, folded over heads, into two places', async (rows) => {
  const stride = 44;
  const parts = [
    { from: 0, width: 6, heads: 4, out: 3 },
    { from: 24, width: 6, heads: 2, out: 20 },
    { from: 40, width: 4, heads: 1, out: 100 },
  ];
  const values = normals(rows * stride, 1, 'values', rows);
  const before = normals(128, 1, 'before');
  const grads = bench.floats(before);
  const batch = bench.uniform(batchUniform({ rows, headRows: 0 }));
  await bench.run([columnSum({ label: 'test', batch, values: bench.floats(values), stride, grads, parts })], { rows });
  expectClose(await bench.read(grads, 128), columnSums(before, values, rows, stride, parts), bound, 'sums');
});

it('folded transposes of several matrices, with and without a gain', async () => {
  const shapes = [
    { n: 4, k: 12, gainAt: 1000 },
    { n: 260, k: 4, gainAt: null },
    { n: 36, k: 64, gainAt: 1012 },
  ];
  const weights = normals(5000, 1, 'weights');
  const starts = [64, 128, 1280];
  const table = shapes.flatMap(({ n, k, gainAt }, i) => [
    at(starts, i) / 4,
    at(starts, i) / 4,
    n / 4,
    k / 4,
    (gainAt ?? 0) / 4,
    gainAt === null ? 0 : 1,
    0,
    0,
  ]);
  const folded = bench.poisoned(5000);
  const spec = {
    matrices: bench.words(table),
    matrixCount: 3,
    largestBlocks: (36 * 64) / 16,
    weights: bench.floats(weights.subarray(0, 3600)),
    gains: bench.floats(weights),
    folded,
  };
  await bench.run([foldWeights(spec)], {});
  const actual = await bench.read(folded, 5000);
  shapes.forEach(({ n, k, gainAt }, i) => {
    const start = at(starts, i);
    const gain = gainAt === null ? null : weights.slice(gainAt, gainAt + k);
    expectClose(
      actual.slice(start, start + n * k),
      foldTranspose(weights.slice(start, start + n * k), n, k, gain),
      bound,
      `matrix ${i}`,
    );
  });
  expectUntouched(new Uint32Array(actual.buffer, 0, 64), 'what lies before');
});

it("Philox on the GPU gives Random123's known answers and agrees with src/lib/philox", async () => {
  const file = join(import.meta.dirname, 'philoxKnownAnswers.fixture.wgsl');
  const code = expandShader('kat', new Map([...shaderSources, ['kat', readFileSync(file, 'utf8')]]), {});
  const { device } = bench.gpu;
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const ones = 0xffffffff;
  const inputs: (readonly [number, number, number, number, number, number])[] = [
    [0, 0, 0, 0, 0, 0],
    [ones, ones, ones, ones, ones, ones],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0],
  ];
  const rng = createRng(4, 'philox');
  for (let i = 0; i < 61; i++)
    inputs.push([
      rng.nextUint32(),
      rng.nextUint32(),
      rng.nextUint32(),
      rng.nextUint32(),
      rng.nextUint32(),
      rng.nextUint32(),
    ]);
  const blocks = bench.poisoned(inputs.length * 4);
  const entries = [bench.words(inputs.flat()), blocks].map(({ buffer }, binding) => ({
    binding,
    resource: { buffer },
  }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(inputs.length);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const words = [...(await bench.readWords(blocks, inputs.length * 4))];
  expect(words.slice(0, 12).map((word) => word.toString(16))).toEqual([
    ...['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'],
    ...['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'],
    ...['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
  ]);
  expect(words).toEqual(inputs.flatMap(([c0, c1, c2, c3, k0, k1]) => philox4x32([c0, c1, c2, c3], [k0, k1])));
});
