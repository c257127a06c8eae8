import { expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { addRunFile } from './importRun';
import { useRuns } from './runs';

const evaluation = (step: number) => ({
  step,
  passAtK: [],
  greedyAccuracy: 0,
  entropyNats: 0,
  distinctCorrect: 0,
  problems: 1,
  samples: 1,
});
const imported = (id: string) => useRuns.getState().runs.find((run) => run.id === id);

it('an evaluation stands where the step before it ended', () => {
  const rows = [1, 0, 2].map((step) => ({ step, tokens: 10 * (step + 1), seconds: step + 1 }));
  addRunFile({ name: 'r', experiment: defaultExperiment, rows, evaluations: [3, 0, 2].map(evaluation), forces: [] }, 'a');
  expect(imported('a')?.rows.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(imported('a')?.evaluations.map(({ step, tokens, seconds }) => [step, tokens, seconds])).toEqual([
    [0, 0, 0],
    [2, 20, 2],
    [3, 30, 3],
  ]);
});

it('the largest run that a file may hold is added without a freeze', () => {
  const rows = Array.from({ length: 20_000 }, (_, step) => ({ step, tokens: step }));
  const evaluations = Array.from({ length: 10_000 }, (_, index) => evaluation(2 * index));
  const start = process.cpuUsage();
  addRunFile({ name: 'r', experiment: defaultExperiment, rows, evaluations, forces: [] }, 'b');
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(200);
  expect(imported('b')?.evaluations.at(-1)?.tokens).toBe(19_997);
});
