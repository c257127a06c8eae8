import { expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { relativeError } from '../../lib/numeric';
import { readAdapter, type Adapter } from '../../model/adapter/adapterFolder';
import { initialAdapter } from '../../model/adapter/initialAdapter';
import { readModelFolder, type ModelFolder, type ModelSource } from '../../model/folder';
import { oracleFolder } from '../../model/oracleFiles.fixture';
import { modelFiles, type ModelExport, type StreamedFile } from './modelExport';
import type { ModelDtype, ModelForm } from './modelForm';

const base = await readModelFolder(oracleFolder('01-nsr-qwen2'));

/** A folder in memory, read as strictly as any. */
function sourceOf(files: readonly StreamedFile[]): ModelSource {
  const contents = new Map(files.map(({ path, parts }) => [path, Buffer.concat([...parts()])]));
  const bytes = (path: string) => contents.get(path) ?? Buffer.alloc(0);
  return {
    name: 'exported',
    exists: (path) => Promise.resolve(contents.has(path)),
    readText: (path) => Promise.resolve(bytes(path).toString('utf8')),
    readBytes: (path) => Promise.resolve(new Uint8Array(bytes(path))),
  };
}

function trainedAdapter(): Adapter {
  const adapter = initialAdapter(
    base.config,
    { rank: 3, alpha: 6, rankStabilised: false, targets: ['q_proj', 'down_proj'] },
    7,
  );
  // B begins at 0: as training leaves it, it is anything.
  const tensors = [...adapter.tensors].map(
    ([name, { shape, data }], index) =>
      [name, { shape, data: data.map((value, at) => value + 0.01 * Math.sin(at + index)) }] as const,
  );
  return { ...adapter, tensors: new Map(tensors) };
}

const request = (
  form: ModelForm,
  dtype: ModelDtype,
  adapter: Adapter | null,
  folder: ModelFolder = base,
): ModelExport => ({
  folder,
  adapter,
  form,
  dtype,
  card: {
    experiment: { ...defaultExperiment, model: 'org/base', steps: 40 },
    step: 12,
    license: 'apache-2.0',
    evaluations: [{ step: 0, problems: 64, samples: 16, passAtK: [{ k: 1, mean: 0.25, low: 0.2, high: 0.31 }] }],
  },
});

it('a merged float32 folder is the base where no adapter is', async () => {
  const read = await readModelFolder(sourceOf(modelFiles(request('merged', 'f32', null))));
  expect(read.config).toEqual(base.config);
  expect(read.tokenizerJson).toBe(base.tokenizerJson);
  for (const [name, { shape, data }] of base.tensors) {
    expect(read.tensors.get(name)?.shape).toEqual(shape);
    expect(read.tensors.get(name)?.data).toEqual(data);
  }
});

it('merges s B A into the maps that have factors and leaves the others alone', async () => {
  const adapter = trainedAdapter();
  const read = await readModelFolder(sourceOf(modelFiles(request('merged', 'f32', adapter))));
  for (const [name, { shape, data }] of base.tensors) {
    const module = `base_model.model.${name.replace(/\.weight$/, '')}`;
    const [a, b] = ['A', 'B'].map((factor) => adapter.tensors.get(`${module}.lora_${factor}.weight`)?.data);
    const columns = shape[1] ?? 1;
    const expected = data.map((value, at) => {
      if (!a || !b) return value;
      const [row, column] = [Math.floor(at / columns), at % columns];
      // alpha / rank = 2.
      return value + 2 * [0, 1, 2].reduce((sum, k) => sum + (b[row * 3 + k] ?? 0) * (a[k * columns + column] ?? 0), 0);
    });
    expect(relativeError(read.tensors.get(name)?.data ?? [], expected), name).toBeLessThan(1e-7);
    expect(a !== undefined, name).toBe(/q_proj\.weight|down_proj\.weight/.test(name));
  }
});

it.each(['f16', 'bf16'] as const)('a folder in %s says so, and holds each weight rounded once', async (dtype) => {
  const source = sourceOf(modelFiles(request('merged', dtype, null)));
  expect(JSON.parse(await source.readText('config.json'))).toMatchObject({
    torch_dtype: dtype === 'f16' ? 'float16' : 'bfloat16',
  });
  const read = await readModelFolder(source);
  for (const [name, { data }] of base.tensors) {
    const tensor = read.tensors.get(name);
    expect(tensor?.stored?.type).toBe(dtype);
    expect(relativeError(tensor?.data ?? [], data), name).toBeLessThan(dtype === 'f16' ? 2 ** -11 : 2 ** -8);
  }
});

it('a PEFT folder comes back as the adapter it was, and names its base', async () => {
  const adapter = trainedAdapter();
  const source = sourceOf(modelFiles(request('adapter', 'f32', adapter)));
  const read = await readAdapter(source, base.config);
  expect(read.config).toEqual(adapter.config);
  expect(new Map([...read.tensors].map(([name, { data }]) => [name, [...data]]))).toEqual(
    new Map([...adapter.tensors].map(([name, { data }]) => [name, [...data]])),
  );
  expect(JSON.parse(await source.readText('adapter_config.json'))).toMatchObject({
    base_model_name_or_path: 'org/base',
    r: 3,
    lora_alpha: 6,
    target_modules: ['q_proj', 'down_proj'],
  });
  expect([...read.tensors.keys()]).toContain('base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight');
});

it('refuses the adapter of a run that has none', () => {
  expect(() => modelFiles(request('adapter', 'f32', null))).toThrow(/--as/);
});

it('the card tells licence, base, link, metrics and intervals', async () => {
  const card = await sourceOf(modelFiles(request('merged', 'bf16', null))).readText('README.md');
  expect(card).toMatch(/^---\nlicense: apache-2\.0\nbase_model: org\/base\nlibrary_name: transformers\n/);
  expect(card).toContain('#v1.');
  expect(card).toContain('| 0 | 0.2500 (0.2000 to 0.3100) |');
  expect(card).toContain('16 samples each');
  expect(card).toContain('12 of 40 rollout steps');
});
