/** What the engine must reproduce of an oracle case, shared by the runs on different drivers and kernels. */
import { expect } from 'vitest';
import type { Gpu } from '../gpu/device';
import { relativeError } from '../lib/numeric';
import { readModelFolder } from './folder';
import { expectedTensors, forwardTokens, oracleFolder, padRows, type Oracle } from './oracleFiles.fixture';
import { createPolicy, type PolicyOptions } from './policyModel';

/** Every gradient and the norm within 1e-4 (bounds of fixtures/oracle/README.md). */
export async function checkGradients(gpu: Gpu, oracle: Oracle, options: PolicyOptions): Promise<void> {
  const { config, tensors } = await readModelFolder(oracleFolder(oracle.name));
  const policy = await createPolicy(gpu, config, tensors, options);
  const { at, sequences } = oracle.weighed;
  const expected = expectedTensors(oracle.name);
  const result = await policy.gradients(sequences, at.loss);
  for (const { name, data } of result.gradients) {
    expect(relativeError(data, expected.read(`grad.${name}`)), `gradient of ${name}`).toBeLessThan(1e-4);
  }
  expect(relativeError([result.gradNorm], expected.read('grad_norm'))).toBeLessThan(1e-4);
  policy.dispose();
}

/** Logits of a checkpoint within 1e-5. */
export async function checkForward(gpu: Gpu, name: string, options: PolicyOptions): Promise<void> {
  const { config, tensors } = await readModelFolder(oracleFolder(`forward/${name}`));
  const policy = await createPolicy(gpu, config, tensors, options);
  const logits = await policy.logits(forwardTokens(name));
  expect(relativeError(padRows(logits), expectedTensors(`forward/${name}`).read('logits'))).toBeLessThan(1e-5);
  policy.dispose();
}

/** Log-probabilities and entropies within 1e-5 and, where the case has it, the AdamW step within 2e-2. */
export async function checkScoresAndStep(gpu: Gpu, oracle: Oracle): Promise<void> {
  const { config, tensors } = await readModelFolder(oracleFolder(oracle.name));
  const policy = await createPolicy(gpu, config, tensors);
  const expected = expectedTensors(oracle.name);
  const { at, sequences } = oracle.weighed;
  const scores = await policy.score(sequences, at.loss.temperature);
  expect(relativeError(padRows(scores.logp), expected.read('logp'))).toBeLessThan(1e-5);
  expect(relativeError(padRows(scores.entropy), expected.read('entropy'))).toBeLessThan(1e-5);
  const stepped = [...tensors.keys()].some((name) => expected.has(`updated.${name}`));
  if (stepped && oracle.optimizer !== null) {
    const updated = await policy.update(sequences, at.loss, oracle.optimizer);
    expect(relativeError([updated.gradNorm], expected.read('grad_norm'))).toBeLessThan(1e-4);
    const after = await policy.save();
    for (const { name, data } of after.parameters) {
      const before = tensors.get(name)?.data ?? new Float32Array();
      const move = (values: Float32Array) => values.map((value, i) => value - (before[i] ?? 0));
      expect(relativeError(move(data), move(expected.read(`updated.${name}`))), `step of ${name}`).toBeLessThan(2e-2);
    }
  }
  policy.dispose();
}
