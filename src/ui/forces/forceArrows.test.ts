import { expect, it } from 'vitest';
import { forceAt } from '../../records/forceForecast';
import { forceRow } from '../../records/forces.fixture';
import { idleRun } from '../../store/runs/run.fixture';
import { forceArrows } from './useForceArrows';

const at = (k: number, mean: number) => ({ k, mean, low: mean, high: mean });
const idle = idleRun('a');
const run = {
  ...idle,
  status: { ...idle.status, step: 5 },
  forces: [forceRow({ step: 3 }), forceRow({ step: 9 })],
  evaluations: [
    {
      ...{ step: 0, tokens: 0, seconds: 0, samples: 8, problems: 1, problemIds: [], correct: [] },
      ...{ greedyAccuracy: 0, entropyNats: 0, distinctCorrect: 0 },
      passAtK: [at(1, 0.2), at(64, 0.8)],
    },
  ],
};

it('arrows stand at the last evaluation and go where each method would, by the newest row that is not ahead', () => {
  const [arrows] = forceArrows(run, 64);
  expect(arrows?.from).toEqual({ x: 0.2, y: 0.8 });
  expect(arrows?.label).toBe('Forces from rollout 4, per step');
  // The mix in force is that of W-REINFORCE.
  expect(arrows?.arrows.map(({ label }) => label)).toEqual(['PSR', 'NSR', 'W-REINFORCE = now']);
  const row = forceRow();
  const [first, second] = row.measures;
  if (!first || !second) throw new Error('two measures');
  const psr = { positiveWeight: 1, negativeWeight: 0 };
  expect(arrows?.arrows[0]).toMatchObject({
    dx: forceAt(row, first, psr).change,
    dy: forceAt(row, second, psr).change,
  });
});

it('there are none for another k, without a measurement, or before the first evaluation', () => {
  expect(forceArrows(run, 4096)).toEqual([]);
  expect(forceArrows({ ...run, forces: [] }, 64)).toEqual([]);
  expect(forceArrows({ ...run, evaluations: [] }, 64)).toEqual([]);
});

it('a method without lambda and beta has the present one only', () => {
  const [arrows] = forceArrows({ ...run, forces: [forceRow({ step: 3, signed: false })] }, 64);
  expect(arrows?.arrows.map(({ label }) => label)).toEqual(['now']);
});
