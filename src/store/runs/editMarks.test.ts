import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { editMarks } from './editMarks';

const experiment = { ...defaultExperiment, objective: { ...defaultExperiment.objective, negativeWeight: 1 } };
const beta = (step: number, value: unknown) => ({ step, path: 'objective.negativeWeight', value });
const marks = (...edits: Parameters<typeof editMarks>[0]['edits'][number][]) => editMarks({ experiment, edits });

describe('marks of edits', () => {
  it('are one for a drag that lasts several rollouts, from what was before to what it left', () => {
    expect(marks(beta(11, 1.5), beta(12, 2), beta(13, 2.5))).toEqual([
      { step: 11, path: 'objective.negativeWeight', label: '1', words: 'β 1 → 2.5, rollouts 12 to 14' },
    ]);
  });

  it('are two for two gestures, of which the second begins where the first ended', () => {
    expect(marks(beta(11, 2.5), beta(30, 1)).map(({ words }) => words)).toEqual([
      'β 1 → 2.5, rollout 12',
      'β 2.5 → 1, rollout 31',
    ]);
  });

  it('do not mix values', () => {
    const rate = { step: 12, path: 'evaluation.every', value: 7 };
    expect(marks(beta(11, 2), rate, beta(13, 3)).map(({ label, path }) => [label, path])).toEqual([
      ['1', 'objective.negativeWeight'],
      ['2', 'evaluation.every'],
      ['3', 'objective.negativeWeight'],
    ]);
  });

  it('name a curve by its kind', () => {
    expect(marks(beta(3, { kind: 'linear', from: 1.5, to: 0.5 }))[0]?.words).toBe('β 1 → linear 1.5 → 0.5, rollout 4');
  });
});
