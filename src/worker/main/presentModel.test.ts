import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { readModelFolder, type ModelSource } from '../../model/folder';
import { oracleFolder } from '../../model/oracleFiles.fixture';
import { initialAdapter } from '../../model/adapter/initialAdapter';
import { readAdapter } from '../../model/adapter/adapterFolder';
import { initialState } from '../../trainer/state';
import type { ModelWish, TakenModel } from '../../export/model/modelForm';
import { presentModel } from './presentModel';

const folder = await readModelFolder(oracleFolder('01-nsr-qwen2'));
const evaluation = {
  step: 2,
  problems: 16,
  samples: 8,
  method: 'exact' as const,
  passAtK: [{ k: 1, mean: 0.25, low: 0.2, high: 0.3 }],
};

const engine = (changes: Partial<Parameters<typeof presentModel>[0]>): Parameters<typeof presentModel>[0] => ({
  folder,
  adapter: null,
  policy: {
    trainedTensors: async () =>
      [...folder.tensors].map(([name, { shape, data }]) => ({ name, shape, data: data.map((value) => value + 0.5) })),
  },
  trainer: {
    experiment: () => ({ ...defaultExperiment, steps: 40 }),
    state: () => ({ ...initialState, step: 3 }),
  },
  ...changes,
});

const take = (wish: Partial<ModelWish>, changes = {}): Promise<TakenModel> =>
  presentModel(
    engine(changes),
    { license: 'mit', evaluations: [evaluation] },
    { form: 'merged', dtype: 'f32', packing: 'zip', ...wish },
  );

async function sourceOf({ files: [zip] }: TakenModel): Promise<ModelSource> {
  const files = new Map(Object.entries(unzipSync(new Uint8Array((await zip?.content.arrayBuffer()) ?? []))));
  const readBytes = (path: string) => Promise.resolve(files.get(path) ?? new Uint8Array());
  return {
    name: 'taken',
    exists: (path) => Promise.resolve(files.has(path)),
    readBytes,
    readText: async (path) => new TextDecoder().decode(await readBytes(path)),
  };
}

it('is the folder with the weights that train now, and tells its step', async () => {
  const taken = await take({});
  expect(taken).toMatchObject({
    step: 3,
    files: [{ path: expect.stringMatching(/-step-3-merged-f32\.zip$/) as string }],
  });
  const source = await sourceOf(taken);
  const read = await readModelFolder(source);
  for (const [name, { data }] of folder.tensors)
    expect(read.tensors.get(name)?.data).toEqual(data.map((value) => value + 0.5));
  const card = await source.readText('README.md');
  expect(card).toContain('license: mit');
  expect(card).toContain('3 of 40 rollout steps');
  expect(card).toContain('On 16 held-out problems (exact');
});

it('an adapter as it is now, alone', async () => {
  const adapter = initialAdapter(folder.config, { rank: 2, alpha: 4, rankStabilised: false, targets: ['q_proj'] }, 7);
  const trained = [...adapter.tensors].map(([name, { shape, data }]) => ({ name, shape, data: data.map(() => 0.25) }));
  const policy = { trainedTensors: async () => trained };
  const read = await readAdapter(await sourceOf(await take({ form: 'adapter' }, { adapter, policy })), folder.config);
  expect([...read.tensors.keys()]).toEqual([...adapter.tensors.keys()]);
  expect([...read.tensors.values()].every(({ data }) => data.every((value) => value === 0.25))).toBe(true);
});

it('refuses an adapter where none trains', async () => {
  await expect(take({ form: 'adapter' })).rejects.toThrow(/adapter/);
});

it('as files of their own', async () => {
  const { files } = await take({ packing: 'files', dtype: 'bf16' });
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'config.json', 'model.safetensors']),
  );
});
