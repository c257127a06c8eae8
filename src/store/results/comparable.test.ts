import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { withField } from '../../experiment/paths';
import type { Experiment } from '../../experiment/types';
import { idleRun } from '../runs/run.fixture';
import type { Run } from '../runs/runs';
import { seriesOf } from '../runs/series';
import { groupsOf, referenceOf, whyNotCompared } from './comparable';

const changed = (path: string, value: unknown): Experiment => withField(defaultExperiment, path, value);

const run = (id: string, experiment: Experiment): Run => idleRun(id, { experiment });

describe('runs that can be compared', () => {
  it.each([
    ['task.name', 'addition', 'another task'],
    ['task.params', { numbers: 3 }, 'another task'],
    ['model', 'countdown3-tiny', 'another base'],
    ['evaluation.problems', 7, 'other held-out problems'],
    ['evaluation.samples', 7, 'another number of answers'],
    ['evaluation.temperature', 0.6, 'another evaluation temperature'],
    ['evaluation.seed', 7, 'other held-out problems'],
    ['sampling.maxNewTokens', 3, 'another longest answer'],
  ])('differ in no %s', (path, value, reason) => {
    expect(whyNotCompared(changed(path, value), defaultExperiment)).toBe(reason);
  });

  it.each([
    ['seed', 7],
    ['steps', 7],
    ['evaluation.every', 3],
    ['evaluation.method', 'exact'],
    ['batch.groupSize', 4],
    ['objective.negativeWeight', 2],
    ['optimizer.learningRate', 1e-3],
  ])('may differ in %s', (path, value) => {
    expect(whyNotCompared(changed(path, value), defaultExperiment)).toBeNull();
  });

  it('stand together, named by what they have in common', () => {
    const all = seriesOf([
      run('a', defaultExperiment),
      run('b', changed('model', 'other')),
      run('c', changed('steps', 3)),
    ]);
    const groups = groupsOf(all);
    expect(groups.map(({ series }) => series.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
    expect(groups[1]?.title).toMatch(/^countdown \(.*\) from other, \d+ problems, \d+ answers each$/);
    const mixed = groupsOf(seriesOf([run('a', defaultExperiment), run('b', changed('evaluation.method', 'exact'))]));
    expect(mixed.map(({ title }) => title)).toEqual([expect.stringMatching(/problems, exact and 64 answers each$/)]);
  });

  it('are set against the one in front, else the pinned one, else the last', () => {
    const all = seriesOf(['a', 'b', 'c'].map((id) => run(id, defaultExperiment)));
    expect(referenceOf(all, { activeId: 'a', baselineId: 'b' })?.id).toBe('a');
    expect(referenceOf(all, { activeId: 'gone', baselineId: 'b' })?.id).toBe('b');
    expect(referenceOf(all, { activeId: null, baselineId: null })?.id).toBe('c');
  });
});
