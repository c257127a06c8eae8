/** A second opinion on our logits: the same weights as an ONNX graph (scripts/export/makeOnnx.py), run by @huggingface/transformers. */
import { join } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { expect, it } from 'vitest';
import { openDevice } from '../gpu/device';
import { relativeError } from '../lib/numeric';
import { readModelFolder } from '../model/folder';
import { oracleFolder } from '../model/oracleFiles.fixture';
import { createPolicy } from '../model/policyModel';

const rows = [
  [1, 5, 7, 11, 2, 19, 23],
  [4, 8, 15, 16],
  [3, 3, 3, 3, 3, 3],
];
const longest = 7;

async function onnxLogits(): Promise<readonly Float32Array[]> {
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: join(import.meta.dirname, '../../fixtures/onnx'),
  });
  const model = await AutoModelForCausalLM.from_pretrained('tiny-llama', { dtype: 'fp32', device: 'cpu' });
  const padded = (value: (row: readonly number[], at: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from(rows.flatMap((row) => Array.from({ length: longest }, (_, at) => BigInt(value(row, at))))),
      [rows.length, longest],
    );
  const output = (await model({
    input_ids: padded((row, at) => row[at] ?? 0),
    attention_mask: padded((row, at) => (at < row.length ? 1 : 0)),
  })) as { readonly logits: { readonly dims: readonly number[]; readonly data: Float32Array } };
  const { dims, data } = output.logits;
  const vocabulary = dims[2] ?? 0;
  return rows.map((row, index) =>
    data.slice(index * longest * vocabulary, (index * longest + row.length) * vocabulary),
  );
}

it('ONNX Runtime and our engine give the same logits', async () => {
  const theirs = await onnxLogits();
  const gpu = await openDevice();
  const { config, tensors } = await readModelFolder(oracleFolder('00-psr-llama'));
  const policy = await createPolicy(gpu, config, tensors);
  const ours = await policy.logits(rows);
  gpu.check();
  rows.forEach((row, index) => {
    expect(theirs[index]).toHaveLength(row.length * config.vocabularySize);
    expect(relativeError(ours[index] ?? [], theirs[index] ?? [])).toBeLessThan(1e-5);
  });
  policy.dispose();
  gpu.destroy();
});
