/** The engine against an independent float64 implementation: 17 mini-batches and 3 checkpoints of fixtures/oracle.
 * The kernels of GPUs have their own run, oracle.swiftshader.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, type Gpu } from '../gpu/device';
import { softwareVariant } from '../kernels/variant';
import { checkForward, checkGradients, checkScoresAndStep } from './oracleChecks.fixture';
import { expectedTensors, forwardNames, oracleRows } from './oracleFiles.fixture';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDevice();
});
afterAll(() => {
  gpu.destroy();
});

describe('gradients', () => {
  it.each(oracleRows())('%s', async (_, oracle) => {
    await checkGradients(gpu, oracle, { variant: softwareVariant });
  });

  it.each(oracleRows(true))('%s in micro-batches of 64 rows', async (_, oracle) => {
    await checkGradients(gpu, oracle, { variant: softwareVariant, maxRows: 64 });
  });
});

it.each(forwardNames)('logits of %s', async (name) => {
  await checkForward(gpu, name, { variant: softwareVariant });
});

describe('log-probabilities, and the AdamW step where one is given', () => {
  it.each(oracleRows())('%s', async (_, oracle) => {
    await checkScoresAndStep(gpu, oracle);
  });

  it('has a step of every architecture', () => {
    const stepped = oracleRows().filter(([name]) => expectedTensors(name).has('updated.model.norm.weight'));
    expect(new Set(stepped.map(([name]) => name.split('-').at(-1)))).toEqual(new Set(['llama', 'qwen2', 'qwen3']));
  });
});
