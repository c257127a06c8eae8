/** A run's model exported: our import reads it to the same logits. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { relativeError } from '../lib/numeric';
import { readSafetensorsHeader, readTensor } from '../model/safetensors';
import { nsr, resultOf, temporaryFolder, writeJson } from './nsr.fixture';

const folder = temporaryFolder();
const run = join(folder, 'run');
const tokens = writeJson(folder, 'tokens.json', {
  tokens: [
    [3, 4, 5, 6, 7],
    [8, 2, 9],
  ],
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const experiment = writeJson(folder, 'adapter.json', {
    model: 'countdown3-tiny',
    adapter: { rank: 3, alpha: 8, targets: 'all' },
    task: { name: 'countdown', params: { numbers: 3 } },
    sampling: { maxNewTokens: 6 },
    batch: { promptsPerStep: 8, groupSize: 8, updatesPerRollout: 2 },
    objective: { positiveWeight: 0.1 },
    optimizer: { learningRate: 0.003 },
    evaluation: { method: 'sampled', every: 0, problems: 16, samples: 8, seed: 0 },
    steps: 2,
  });
  const trained = nsr('train', '--experiment', experiment, '--out', run);
  expect(trained.status, trained.stderr).toBe(0);
});

function logits(model: string): Float32Array {
  const out = `${model}.logits.safetensors`;
  const { status, stderr } = nsr('forward', '--model', model, '--tokens', tokens, '--out', out);
  expect(status, stderr).toBe(0);
  const bytes = new Uint8Array(readFileSync(out));
  return readTensor(bytes, readSafetensorsHeader(bytes, out), 'logits', out);
}

function exported(name: string, ...options: readonly string[]): string {
  const out = join(folder, name);
  const { status, stderr } = nsr('export', '--model', run, '--out', out, ...options);
  expect(status, stderr).toBe(0);
  return out;
}

it('merged, in every type, has the logits of base and adapter', () => {
  const trained = logits(join(run, 'model'));
  expect(relativeError(logits(exported('f32')), trained)).toBeLessThan(1e-5);
  expect(relativeError(logits(exported('bf16', '--dtype', 'bf16')), trained)).toBeLessThan(2e-2);
  expect(relativeError(logits(exported('f16', '--dtype', 'f16')), trained)).toBeLessThan(2e-3);
});

it('the card has the licence of a shipped base and the run’s Pass@k', () => {
  const card = readFileSync(join(exported('carded'), 'README.md'), 'utf8');
  expect(card).toMatch(/^---\nlicense: mit\nlibrary_name: transformers\n/);
  expect(card).toMatch(/\| step \| pass@1 \| pass@2 \| pass@4 \| pass@8 \|/);
  expect(card).toContain('8 samples each');
});

it('as adapter, it is the PEFT folder of the run', () => {
  const out = exported('peft', '--as', 'adapter');
  expect(JSON.parse(readFileSync(join(out, 'adapter_config.json'), 'utf8'))).toMatchObject({
    peft_type: 'LORA',
    base_model_name_or_path: 'countdown3-tiny',
  });
  const weights = (path: string) => {
    const bytes = new Uint8Array(readFileSync(path));
    const header = readSafetensorsHeader(bytes, path);
    return new Map([...header.tensors.keys()].map((name) => [name, [...readTensor(bytes, header, name, path)]]));
  };
  expect(weights(join(out, 'adapter_model.safetensors'))).toEqual(
    weights(join(run, 'model/adapter_model.safetensors')),
  );
});

it('exports an experiment for each framework, with the shipped base beside it', () => {
  for (const to of ['verl', 'trl']) {
    const out = join(folder, to);
    const result = nsr('export', '--to', to, '--experiment', 'nsr', '--out', out);
    expect(result.status, result.stderr).toBe(0);
    expect(resultOf(result)).toMatchObject({ out });
    expect(readFileSync(join(out, 'model/config.json'), 'utf8')).toContain('"hidden_size"');
  }
});

it.each([
  ['neither model nor experiment', ['export', '--out', join(folder, 'no')], '--model, --to'],
  ['a folder that is no run', ['export', '--model', folder, '--out', join(folder, 'no')], '--model'],
  ['an unknown framework', ['export', '--to', 'x', '--experiment', 'nsr', '--out', join(folder, 'no')], '--to'],
])('answers %s with one line', (_, args, field) => {
  const { status, stderr } = nsr(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(`nsr: ${field}: `);
});
