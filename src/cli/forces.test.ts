/** Forces and exact evaluation as a user runs them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExactEvaluation } from '../records/metrics';
import type { ForceRow } from '../records/forces';
import { nsr, resultOf, temporaryFolder, writeJson } from './nsr.fixture';

const experiment = {
  model: 'countdown3-tiny',
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 6 },
  batch: { promptsPerStep: 8, groupSize: 4, updatesPerRollout: 2 },
  evaluation: { method: 'exact', every: 2, problems: 24, samples: 8 },
  steps: 3,
};

interface Line {
  readonly type: string;
}

describe('nsr', () => {
  it('train has the same bits with and without forces, and evaluates exactly when asked', () => {
    const folder = temporaryFolder();
    const train = (name: string, forcesEvery: number) => {
      const evaluation = { ...experiment.evaluation, forcesEvery };
      const file = writeJson(folder, `${name}.json`, { ...experiment, evaluation });
      expect(nsr('train', '--experiment', file, '--out', join(folder, name)).status).toBe(0);
      const lines = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n');
      return {
        rows: lines.map((line) => JSON.parse(line) as Line),
        weights: readFileSync(join(folder, name, 'model', 'model.safetensors')),
      };
    };
    const [plain, watched] = [train('plain', 0), train('watched', 2)];
    const withoutForces = watched.rows.filter(({ type }) => type !== 'forces');
    expect(withoutForces).toEqual(plain.rows);
    expect(watched.weights.equals(plain.weights)).toBe(true);

    const forces = watched.rows.filter((row): row is Line & ForceRow => row.type === 'forces');
    expect(forces.map(({ step }) => step)).toEqual([0, 2]);
    for (const { measures } of forces)
      for (const { forecast, realised } of measures) expect([forecast, realised].every(Number.isFinite)).toBe(true);

    const evaluations = plain.rows.filter((row): row is Line & ExactEvaluation => row.type === 'evaluation');
    for (const { rightProbability, passAtK } of evaluations) {
      expect(rightProbability).toHaveLength(24);
      expect(passAtK.at(-1)?.k).toBe(4096);
    }
  });

  it('forces writes a row per measured step and says how the forecasts fared', () => {
    const folder = temporaryFolder();
    const file = writeJson(folder, 'experiment.json', experiment);
    const out = join(folder, 'forces.jsonl');
    const outcome = nsr('forces', '--experiment', file, '--for', '2', '--out', out);
    expect(outcome.status).toBe(0);
    expect(resultOf(outcome)).toMatchObject({ steps: 2, measured: 2 });
    const rows = readFileSync(out, 'utf8').trim().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as ForceRow).step)).toEqual([0, 1]);
  });

  it('eval --exact gives the curve over temperatures, and refuses one without --exact', () => {
    const model = ['--model', 'countdown3-tiny', '--task', 'countdown', '--params', 'numbers=3', '--problems', '16'];
    const result = resultOf(nsr('eval', ...model, '--exact', '--temperatures', '1,0.5', '--top-ks', '1')) as {
      readonly passAtK: readonly { readonly k: number; readonly mean: number }[];
      readonly curve: readonly { readonly temperature: number; readonly passAtK: readonly number[] }[];
    };
    expect(result.curve.map(({ temperature }) => temperature)).toEqual([1, 0.5, 1]);
    expect(result.curve[0]?.passAtK[0]).toBeCloseTo(result.passAtK[0]?.mean ?? NaN, 4);
    const solved = resultOf(nsr('eval', ...model, '--exact', '--solutions', '3')) as {
      readonly rightProbability: readonly number[];
      readonly solutions: readonly { readonly answers: readonly { answer: string; probability: number }[] }[];
    };
    expect(solved.solutions).toHaveLength(3);
    solved.solutions.forEach(({ answers }, p) => {
      const likely = answers.map(({ probability }) => probability);
      expect(likely.reduce((sum, one) => sum + one, 0)).toBeCloseTo(solved.rightProbability[p] ?? NaN, 5);
      expect(likely).toEqual([...likely].sort((a, b) => b - a));
      expect(new Set(answers.map(({ answer }) => answer)).size).toBe(answers.length);
    });
    const refused = nsr('eval', ...model, '--temperatures', '1');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('only with --exact');
  });
});
