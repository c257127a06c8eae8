import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { withField } from '../../experiment/paths';
import { changedFields, describeValue } from './fields';

describe('differences in words', () => {
  it('tells what changed, when it acts, and leaves names out', () => {
    const after = withField(withField(defaultExperiment, 'objective.negativeWeight', 2), 'objective.name', 'mine');
    expect(changedFields(defaultExperiment, after)).toEqual([
      expect.objectContaining({ path: 'objective.negativeWeight', after: 2, acts: 'next-rollout' }),
    ]);
  });
  it.each([
    [0.1, '0.1'],
    [null, 'none'],
    [{ kind: 'linear', from: 0.05, to: 0.2 }, 'linear 0.05 → 0.2'],
    [{ kind: 'piecewise', knots: [1, 2, 3] }, '3 knots'],
    [{ kind: 'curve', scope: 'token', knots: [1, 2] }, '2 knots'],
    [{ kind: 'linear', min: 0.05, max: 1 }, 'linear 0.05 to 1'],
    [{ kind: 'power', scope: 'sequence', gamma: 2, min: 0.05, max: 1 }, 'power 0.05 to 1'],
    [{ kind: 'exponential', from: 1.5, to: 0.5, rate: 0.03 }, 'exponential 1.5 → 0.5'],
    [{ kind: 'accuracy', min: 0.5, max: 1.5 }, 'accuracy 0.5 to 1.5'],
    [{ numbers: 3 }, 'numbers 3'],
  ])('describes %j briefly', (value, words) => {
    expect(describeValue(value)).toBe(words);
  });
});
