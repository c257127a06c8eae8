import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { passFan } from './evaluate';
import type { EvaluationRow } from '../records/metrics';
import { summarize, summaryCsv, sweepRuns, type FinishedRun } from './sweep';

const named = (name: string) => ({ name, experiment: defaultExperiment });

function evaluation(correct: readonly number[]): EvaluationRow {
  const problemIds = correct.map((_, index) => String(index));
  return {
    step: 0,
    samples: 4,
    temperature: 1,
    problemIds,
    correct,
    passAtK: passFan({ samples: 4, correct }, 1),
    greedyAccuracy: 0.5,
    entropyNats: 1,
    distinctCorrect: 2,
    truncatedShare: 0,
    crossoverK: null,
  };
}

const finished = (name: string, seed: number, correct: readonly number[]): FinishedRun => ({
  name,
  seed,
  first: evaluation([1, 1, 1, 1]),
  last: evaluation(correct),
});

describe('sweepRuns', () => {
  it('shares seeds among experiments, seed by seed', () => {
    const runs = sweepRuns([named('nsr'), named('psr')], 2, 5);
    expect(runs.map(({ id }) => id)).toEqual(['nsr-seed5', 'psr-seed5', 'nsr-seed6', 'psr-seed6']);
    expect(runs.map(({ experiment }) => experiment.seed)).toEqual([5, 5, 6, 6]);
  });

  it('refuses names that repeat or are no file names, and no seeds', () => {
    expect(() => sweepRuns([named('a'), named('a')], 1)).toThrow('experiments.1.name: "a"');
    for (const name of ['../x', '', 'a b']) expect(() => sweepRuns([named(name)], 1)).toThrow('experiments.0.name');
    expect(() => sweepRuns([named('a')], 0)).toThrow('seeds: 0');
  });
});

describe('summarize', () => {
  const runs = [
    finished('base', 0, [1, 2, 1, 2]),
    finished('base', 1, [2, 2, 2, 2]),
    finished('new', 0, [2, 3, 2, 3]),
    finished('new', 1, [3, 3, 3, 3]),
  ];
  const rows = summarize(['base', 'new', 'unfinished'], runs);
  const row = (name: string, measure: string) =>
    rows.find((candidate) => candidate.name === name && candidate.measure === measure);

  it('has every measure of every finished experiment', () => {
    expect(rows.map(({ name, measure }) => `${name} ${measure}`)).toEqual(
      ['base', 'new'].flatMap((name) =>
        ['pass@1', 'pass@2', 'pass@4', 'greedyAccuracy', 'entropyNats', 'distinctCorrect'].map(
          (measure) => `${name} ${measure}`,
        ),
      ),
    );
  });

  it('gives means over seeds and problems, gains over the start and paired differences', () => {
    expect(row('new', 'pass@1')?.overSeeds.mean).toBeCloseTo((0.625 + 0.75) / 2, 12);
    expect(row('new', 'pass@1')?.overProblems?.mean).toBeCloseTo(0.6875, 12);
    expect(row('new', 'pass@1')?.gain.mean).toBeCloseTo(0.4375, 12);
    // Seed for seed the difference is exactly a quarter: pairing leaves no spread.
    expect(row('new', 'pass@1')?.againstFirst).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
    expect(row('base', 'pass@1')?.againstFirst).toBeNull();
    expect(row('new', 'entropyNats')?.overProblems).toBeNull();
  });

  it('prints as CSV, unknown intervals empty', () => {
    const lines = summaryCsv(summarize(['base'], [finished('base', 0, [1, 2, 1, 2])])).split('\n');
    expect(lines[0]?.split(',')).toHaveLength(14);
    expect(lines[1]).toMatch(/^base,pass@1,1,0\.375,,,[\d.]+,[\d.]+,0\.125,,,,,$/);
  });
});
