import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderSource } from '../cli/files';
import type { ModelConfig } from './config';
import { FileFormatError } from './fileError';
import { formatModelFolder, readModelFolder, type ModelSource } from './folder';
import { countParameters, expectedParameters } from './parameters';
import { writeSafetensors, type NamedTensor } from './safetensors';

const config: ModelConfig = {
  architecture: 'qwen2',
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headDim: 4,
  intermediateSize: 12,
  vocabularySize: 10,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  tiedEmbeddings: true,
  qkvBias: true,
  qkNorm: false,
  maxPositions: 32,
  bosTokenId: null,
  eosTokenIds: [0],
  padTokenId: null,
};

const tensors: NamedTensor[] = expectedParameters(config).map(({ name, shape }, index) => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(index + 0.5),
}));

function memory(files: ReadonlyMap<string, string | Uint8Array>): ModelSource {
  const get = (path: string) => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`no ${path}`);
    return content;
  };
  return {
    name: 'm',
    exists: async (path) => files.has(path),
    readText: async (path) => String(get(path)),
    readBytes: async (path) => {
      const content = get(path);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}

function files(changes: readonly NamedTensor[] = tensors) {
  return formatModelFolder({ config, tensors: changes, tokenizerJson: '{}', tokenizerConfigJson: null });
}
const read = (changes: readonly NamedTensor[]) => readModelFolder(memory(files(changes)));

describe('readModelFolder', () => {
  it('reads back what formatModelFolder made', async () => {
    const folder = await read(tensors);
    expect(folder.config).toEqual(config);
    expect(folder.tokenizerJson).toBe('{}');
    expect(folder.tokenizerConfigJson).toBeNull();
    expect([...folder.tensors].map(([name, { shape, data }]) => ({ name, shape, data }))).toEqual(tensors);
  });

  it.each(
    readdirSync('fixtures/oracle/forward').concat(readdirSync('fixtures/oracle').filter((one) => /^\d/.test(one))),
  )('reads the oracle checkpoint %s', async (name) => {
    const base = /^\d/.test(name) ? 'fixtures/oracle' : 'fixtures/oracle/forward';
    const folder = await readModelFolder(folderSource(`${base}/${name}`));
    const values = [...folder.tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(values).toBe(countParameters(folder.config));
    expect([...folder.tensors.keys()]).toEqual(expectedParameters(folder.config).map((one) => one.name));
  });

  it('ignores a head that repeats the tied embedding, and stored rotary frequencies', async () => {
    const head = { name: 'lm_head.weight', shape: [10, 8], data: new Float32Array(80) };
    const frequencies = { name: 'model.layers.0.self_attn.rotary_emb.inv_freq', shape: [2], data: new Float32Array(2) };
    const folder = await read([...tensors, head, frequencies]);
    expect(folder.tensors.has('lm_head.weight')).toBe(false);
  });

  it('lists every tensor that does not fit, at once', async () => {
    const changed = tensors
      .filter(({ name }) => name !== 'model.norm.weight')
      .map((one) => (one.name === 'model.layers.1.mlp.up_proj.weight' ? { ...one, shape: [8, 12] } : one))
      .concat({ name: 'model.layers.2.mlp.up_proj.weight', shape: [1], data: new Float32Array(1) });
    const error = await read(changed).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(FileFormatError);
    expect(String(error)).toContain('3 of the tensors');
    expect(String(error)).toContain('model.norm.weight is missing');
    expect(String(error)).toContain('model.layers.1.mlp.up_proj.weight is [8, 12], config.json means [12, 8]');
    expect(String(error)).toContain('model.layers.2.mlp.up_proj.weight is not a parameter of this model');
  });

  it.each([NaN, Infinity])('refuses %d in the weights, naming the tensor', async (value) => {
    const changed = tensors.map((one) =>
      one.name === 'model.norm.weight'
        ? { ...one, data: Float32Array.from(one.data, (old, i) => (i === 3 ? value : old)) }
        : one,
    );
    await expect(read(changed)).rejects.toThrow(
      `tensor model.norm.weight has a value that is not finite (${value} at 3)`,
    );
  });

  it('names what a folder lacks', async () => {
    await expect(readModelFolder(memory(new Map()))).rejects.toThrow('m: not a model folder: there is no config.json');
    const noWeights = new Map([...files()].filter(([name]) => name !== 'model.safetensors'));
    await expect(readModelFolder(memory(noWeights))).rejects.toThrow('neither model.safetensors nor');
  });
});

describe('a sharded folder', () => {
  function sharded(weightMap: Readonly<Record<string, string>>): ModelSource {
    const all = files();
    all.delete('model.safetensors');
    all.set('a.safetensors', writeSafetensors(tensors.slice(0, 5)));
    all.set('b.safetensors', writeSafetensors(tensors.slice(5)));
    all.set('model.safetensors.index.json', JSON.stringify({ weight_map: weightMap }));
    return memory(all);
  }
  const map = Object.fromEntries(tensors.map(({ name }, i) => [name, i < 5 ? 'a.safetensors' : 'b.safetensors']));
  const first = tensors[0]?.name ?? '';

  it('is read like a single file', async () => {
    expect((await readModelFolder(sharded(map))).tensors.size).toBe(tensors.length);
  });

  it.each([
    ['a path', { ...map, [first]: '../a.safetensors' }, '"../a.safetensors" is not the name of a safetensors file'],
    ['a missing shard', { ...map, [first]: 'c.safetensors' }, 'names c.safetensors, which is not there'],
    ['the wrong shard', { ...map, [first]: 'b.safetensors' }, `${first} is not in b.safetensors`],
    [
      'an unlisted tensor',
      Object.fromEntries(Object.entries(map).slice(1)),
      `${first} in a.safetensors is not in the index`,
    ],
    ['nothing', {}, 'names 0 files'],
  ])('refuses an index that names %s', async (_, weightMap, message) => {
    await expect(readModelFolder(sharded(weightMap))).rejects.toThrow(message);
  });
});
