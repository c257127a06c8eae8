/** PPO with its critic, and GRPO with a KL term, as a user runs them. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MetricsRow } from '../records/metrics';
import { nsr, nsrInterrupted, temporaryFolder, writeJson } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const experimentFor = (objective: object, steps: number) => ({
  model: 'countdown3-tiny',
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 6 },
  batch: { promptsPerStep: 8, groupSize: 8, updatesPerRollout: 2, innerEpochs: 1 },
  objective,
  evaluation: { every: 0, problems: 8, samples: 4 },
  steps,
});

const ppo = writeJson(folder, 'ppo.json', experimentFor({ algorithm: 'ppo', params: { rewardKlCoef: 0.001 } }, 8));
const train = (run: string) => ['train', '--experiment', ppo, '--out', join(folder, run)];
const metricsOf = (run: string) => readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8');
const stepsOf = (run: string) =>
  metricsOf(run)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRow & { readonly type: string })
    .filter(({ type }) => type === 'step');

describe('nsr train with PPO', () => {
  it('trains policy and critic: the first values are 0, and then the value loss falls', () => {
    const outcome = nsr(...train('whole'));
    expect(outcome.status, outcome.stderr).toBe(0);
    const rows = stepsOf('whole');
    expect(rows).toHaveLength(8);
    const losses = rows.map(({ valueLoss }) => valueLoss ?? NaN);
    // What is left of a perfect guess of the mean reward p, in place of 0: p (1 - p) / 2 in place of p / 2.
    expect(losses.at(-1)).toBeLessThan(0.75 * (losses[0] ?? 0));
    expect(rows.every(({ criticGradNorm }) => (criticGradNorm ?? 0) > 0)).toBe(true);
  });

  it('gives the same bytes twice, also when interrupted and resumed', async () => {
    nsr(...train('again'));
    expect(metricsOf('again')).toBe(metricsOf('whole'));
    const stopped = await nsrInterrupted(/step +3\/8/, ...train('broken'));
    expect(stopped.status, stopped.stderr).toBe(130);
    const resumed = nsr(...train('broken'), '--resume');
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(metricsOf('broken')).toBe(metricsOf('whole'));
  });
});

describe('nsr train with a KL term', () => {
  it('measures how far the policy has gone from the base model', () => {
    const kl = writeJson(folder, 'kl.json', experimentFor({ algorithm: 'grpo', klCoef: 0.01 }, 3));
    const outcome = nsr('train', '--experiment', kl, '--out', join(folder, 'kl'));
    expect(outcome.status, outcome.stderr).toBe(0);
    const [first, second] = stepsOf('kl').map(({ referenceKl }) => referenceKl ?? NaN);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(second).toBeGreaterThan(first ?? 0);
  });
});
