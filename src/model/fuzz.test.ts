/** Model folders under 10,000 mutations (NSR_FUZZ=100000 for more): a model or a `FileFormatError`. */
import { expect, it } from 'vitest';
import { cpuMs } from '../lib/cpuTime.fixture';
import { fuzz, fuzzRuns, mutateBytes, mutateJson, pick, refusal } from '../lib/fuzz.fixture';
import type { Rng } from '../lib/rng';
import { createCharacterTokenizer } from './characterTokenizer';
import type { ModelConfig } from './config';
import { formatModelFolder, readModelFolder, type ModelSource } from './folder';
import { expectedParameters } from './parameters';
import { readSafetensorsHeader, writeSafetensors } from './safetensors';
import { noEncoder } from '../text/noEncoder.fixture';
import { loadTokenizer } from './tokenizer';

const config: ModelConfig = {
  ...{ architecture: 'qwen3', hiddenSize: 4, layers: 1, heads: 2, kvHeads: 1, headDim: 2, intermediateSize: 4 },
  ...{ vocabularySize: 10, rmsNormEps: 1e-6, ropeTheta: 10_000, tiedEmbeddings: true, qkvBias: false, qkNorm: true },
  ...{ maxPositions: 32, bosTokenId: null, eosTokenIds: [0], padTokenId: null },
};
const tensors = expectedParameters(config).map(({ name, shape }) => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
}));
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const weights = writeSafetensors(tensors);
const split = 5;
const shards = { 'a.safetensors': tensors.slice(0, split), 'b.safetensors': tensors.slice(split) };
const index = JSON.stringify({
  metadata: { total_size: 1 },
  weight_map: Object.fromEntries(Object.entries(shards).flatMap(([file, own]) => own.map(({ name }) => [name, file]))),
});

/** Contents by name, one character per byte. */
const files = new Map([
  ...[...formatModelFolder({ config, tensors, ...createCharacterTokenizer('0123456789'.slice(1)) })].map(
    ([name, content]) => [name, typeof content === 'string' ? content : latin1(content)] as const,
  ),
  ...Object.entries(shards).map(([name, own]) => [name, latin1(writeSafetensors(own))] as const),
  ['model.safetensors.index.json', index],
]);

/** With one file mutated; a model that is sharded has no model.safetensors. */
function source(changed: string, content: string): ModelSource {
  const sharded = changed !== 'model.safetensors' && /safetensors/.test(changed);
  const get = (path: string) => (path === changed ? content : (files.get(path) ?? ''));
  return {
    name: 'm',
    exists: async (path) => files.has(path) && !(sharded && path === 'model.safetensors'),
    readText: async (path) => get(path),
    readBytes: async (path) => Buffer.from(get(path), 'latin1'),
  };
}

/** A safetensors file whose header says something else, its length right. */
function mutateHeader(rng: Rng): string {
  const length = Number(new DataView(weights.buffer).getBigUint64(0, true));
  const header = Buffer.from(mutateJson(rng, latin1(weights.subarray(8, 8 + length))));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return latin1(Buffer.concat([prefix, header, weights.subarray(8 + length)]));
}

function mutateFile(rng: Rng, name: string): string {
  const content = files.get(name) ?? '';
  if (!name.endsWith('.safetensors')) return mutateJson(rng, content);
  if (name === 'model.safetensors' && rng.nextFloat() < 0.7) return mutateHeader(rng);
  return latin1(mutateBytes(rng, Buffer.from(content, 'latin1')));
}

it('a model folder', { timeout: 1_200_000 }, async () => {
  const report = await fuzz(
    'model folders',
    (rng) => {
      const name = pick(rng, [...files.keys()]);
      return `${name}\n${mutateFile(rng, name)}`;
    },
    async (input) => {
      const end = input.indexOf('\n');
      try {
        const folder = await readModelFolder(source(input.slice(0, end), input.slice(end + 1)));
        const tokenizer = loadTokenizer(folder.tokenizerJson ?? '', folder.tokenizerConfigJson, noEncoder);
        expect(tokenizer.vocabularySize).toBeLessThanOrEqual(2 ** 24);
        return null;
      } catch (error) {
        return refusal(error);
      }
    },
  );
  expect(report.taken).toBeGreaterThan(fuzzRuns / 100);
});

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
it.each([
  ['config.json', 'nested too deeply', `{"model_type":"llama","architectures":${deep(100_000)}}`],
  ['config.json', 'model_type: [[[[[[[[[[]]]]]]]]]]', `{"model_type":${deep(10)}}`],
  ['config.json', 'model_type: "xxx', JSON.stringify({ model_type: 'x'.repeat(100_000) })],
  ['config.json', 'model_type: [0,0', JSON.stringify({ model_type: Array.from({ length: 90_000 }, () => 0) })],
  ['tokenizer.json', 'token "a" has the id 1e+308', '{"model":{"type":"BPE","merges":[],"vocab":{"a":1e308}}}'],
  ['tokenizer.json', 'id 9007199254740991', '{"model":{"type":"BPE","merges":[],"vocab":{"a":9007199254740991}}}'],
  ['tokenizer.json', 'id -1', '{"model":{"type":"Unigram","vocab":[]},"added_tokens":[{"id":-1,"content":"b"}]}'],
  ['tokenizer.json', 'nested too deeply', deep(100_000)],
  ['model.safetensors.index.json', 'nested too deeply', deep(1_000_000)],
])('%s: %s is refused, in under 20 ms', async (name, reason, content) => {
  const read = () =>
    readModelFolder(source(name, content))
      .then((folder) => loadTokenizer(folder.tokenizerJson ?? '', null, noEncoder))
      .catch((one: unknown) => one);
  expect(refusal(await read())).toContain(reason);
  expect(await cpuMs(read)).toBeLessThan(20);
});

it('a tensor of a million sizes is refused at once', () => {
  const header = JSON.stringify({
    a: { dtype: 'F32', shape: Array.from({ length: 1e6 }, () => 1), data_offsets: [0, 4] },
  });
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => readSafetensorsHeader(bytes, 'f')).toThrow('no valid shape');
});
