import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { Run } from '../../store/runs/runs';
import { idleStatus } from '../../worker/protocol';
import { catalogue } from '../../store/experiment/catalogue';
import { findObstacles } from './whyNothing';

const { algorithms } = catalogue;

function run(row: Readonly<Record<string, number>>): Run {
  const healthy = {
    correctRatio: 0.3,
    entropyNats: 0.4,
    positiveWeight: 0.1,
    negativeWeight: 1,
    learningRate: 1e-4,
    gradNorm: 0.3,
    mixedGroups: 0.7,
    truncatedShare: 0.01,
  };
  return {
    seriesId: 'a',
    forkedFrom: null,
    id: 'r',
    name: 'r',
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: defaultExperiment,
    edits: [],
    evaluations: [],
    forces: [],
    status: idleStatus(10),
    note: '',
    adapter: '',
    startedAt: 0,
    promised: null,
    rows: [0, 1, 2].map((step) => ({ step, tokens: 0, seconds: 0, ...healthy, ...row })),
  };
}

describe('why nothing is learning', () => {
  it('finds nothing wrong with a healthy run', () => {
    expect(findObstacles(run({}), algorithms)).toEqual([]);
  });
  it.each([
    [{ learningRate: 0 }, /learning rate is 0/],
    [{ truncatedShare: 0.9 }, /cut off/],
    [{ entropyNats: 0.001 }, /collapsed/],
    [{ clipLowNegative: 0.8 }, /clipped/],
    [{ positiveWeight: 0, negativeWeight: 0 }, /both 0/],
    [{ positiveWeight: 0, correctRatio: 0.99 }, /nothing left to punish/],
    [{ gradNorm: 0 }, /gradient is exactly 0/],
    [{ skippedUpdates: 2 }, /skipped because a number/],
  ])('reads %j', (row, words) => {
    expect(
      findObstacles(run(row), algorithms)
        .map((finding) => finding.what)
        .join(' '),
    ).toMatch(words);
  });
  it('says nothing before there is something to read', () => {
    expect(findObstacles({ ...run({}), rows: [] }, algorithms)).toEqual([]);
  });
});
