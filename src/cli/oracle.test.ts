/** `nsr grad` and `nsr forward` against an independent float64 implementation, within the bounds of fixtures/oracle/README.md. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { relativeError } from '../lib/numeric';
import { readSafetensorsHeader, readTensor } from '../model/safetensors';
import { nsr, temporaryFolder } from './nsr.fixture';

const oracle = 'fixtures/oracle';
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): void {
  const { status, stderr } = nsr(...args);
  expect(status, stderr).toBe(0);
}

interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function tensorsOf(file: string): ReadonlyMap<string, Tensor> {
  const bytes = readFileSync(file);
  const header = readSafetensorsHeader(bytes, file);
  return new Map(
    [...header.tensors].map(([name, { shape }]) => [name, { shape, data: readTensor(bytes, header, name, file) }]),
  );
}

/** Largest relative error allowed for a tensor of that name. */
function bound(name: string): number {
  if (name.startsWith('grad.') || name === 'grad_norm') return 1e-4;
  if (name.startsWith('updated.')) return 2e-2;
  return name === 'loss' || name === 'policy_loss' ? 2e-4 : 1e-5;
}

describe('nsr grad', () => {
  const numbered = (path: string) => readdirSync(join(oracle, path)).filter((name) => /^\d\d-/.test(name));
  const cases = [...numbered(''), ...numbered('size').map((name) => join('size', name))];

  it('has 17 cases to agree with, and 7 of real models’ kind of work', () => expect(cases).toHaveLength(24));

  it.each(cases)('agrees with %s', (name) => {
    const out = join(folder, name, 'out.safetensors');
    run('grad', '--case', join(oracle, name), '--out', out);
    const ours = tensorsOf(out);
    const adapter = join(oracle, name, 'adapter_model.safetensors');
    const model = tensorsOf(existsSync(adapter) ? adapter : join(oracle, name, 'model.safetensors'));
    for (const [tensor, expected] of tensorsOf(join(oracle, name, 'expected.safetensors'))) {
      const found = ours.get(tensor);
      expect(found?.shape, tensor).toEqual(expected.shape);
      // An update is judged by its step, updated - model.
      const base = model.get(tensor.replace('updated.', ''))?.data;
      const step = (data: Float32Array) =>
        tensor.startsWith('updated.') ? data.map((value, i) => value - (base?.[i] ?? 0)) : data;
      const error = relativeError(step(found?.data ?? new Float32Array()), step(expected.data));
      expect(error, tensor).toBeLessThan(bound(tensor));
    }
  });
});

describe('nsr forward', () => {
  it.each(readdirSync(join(oracle, 'forward')))('agrees with %s', (name) => {
    const model = join(oracle, 'forward', name);
    const out = join(folder, `${name}.safetensors`);
    run('forward', '--model', model, '--tokens', join(model, 'tokens.json'), '--out', out);
    const ours = tensorsOf(out).get('logits');
    const expected = tensorsOf(join(model, 'expected.safetensors')).get('logits');
    expect(ours?.shape).toEqual(expected?.shape);
    expect(relativeError(ours?.data ?? [], expected?.data ?? [])).toBeLessThan(1e-5);
  });
});
