/** A run that trains an adapter: what it leaves, and that it goes on where it was stopped. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { nsr, resultOf, temporaryFolder, writeJson } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const experiment = (steps: number) => ({
  model: 'countdown3-tiny',
  adapter: { rank: 3, alpha: 8, targets: 'all' },
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 6 },
  batch: { promptsPerStep: 8, groupSize: 8, updatesPerRollout: 2 },
  objective: { positiveWeight: 0.1, klCoef: 0.01 },
  optimizer: { learningRate: 0.003 },
  evaluation: { method: 'exact', every: 0, problems: 16, samples: 8, seed: 0 },
  steps,
});

it('leaves the model as it was with a PEFT adapter beside it, which is evaluated as it was trained', () => {
  const file = writeJson(folder, 'adapter.json', experiment(4));
  const trained = nsr('train', '--experiment', file, '--out', join(folder, 'run'));
  expect(trained.status, trained.stderr).toBe(0);
  const model = join(folder, 'run/model');
  expect(readdirSync(model)).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
  expect(JSON.parse(readFileSync(join(model, 'adapter_config.json'), 'utf8'))).toMatchObject({
    peft_type: 'LORA',
    r: 3,
    lora_alpha: 8,
  });
  const asked = [
    '--task',
    'countdown',
    '--params',
    'numbers=3',
    '--exact',
    '--problems',
    '16',
    '--samples',
    '8',
    '--seed',
    '0',
  ];
  const evaluated = nsr('eval', '--model', model, ...asked);
  expect(evaluated.status, evaluated.stderr).toBe(0);
  const { first, last } = resultOf(trained) as { first: { passAtK: unknown }; last: { passAtK: unknown } };
  expect(resultOf(evaluated)).toMatchObject({ passAtK: last.passAtK });
  expect(last.passAtK).not.toEqual(first.passAtK);
});
