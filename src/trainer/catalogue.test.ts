import { describe, expect, it } from 'vitest';
import { sameValue } from '../experiment/diff';
import { parseExperiment } from '../experiment/parseExperiment';
import { createTask } from '../tasks/parts/registry';
import { buildCatalogue } from './catalogue';

const catalogue = buildCatalogue();

it('is plain JSON', () => {
  expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
});

it('every formula is one line of text and well-formed MathML', () => {
  for (const { formula } of [...catalogue.algorithms, ...catalogue.schedules, ...catalogue.mappings]) {
    expect(formula.text).not.toContain('\n');
    const open = formula.mathml.match(/<m\w+>/g)?.length;
    expect(formula.mathml).toMatch(/^<math>.*<\/math>$/);
    expect(formula.mathml.match(/<\/m\w+>/g)?.length).toBe(open);
  }
});

describe.each(catalogue.presets.map((preset) => [preset.id, preset] as const))(
  'preset %s',
  (_, { experiment, group }) => {
    it('is valid and complete', () => {
      expect(parseExperiment(JSON.parse(JSON.stringify(experiment)), catalogue)).toEqual(experiment);
    });

    it('fits its task and its algorithm', () => {
      expect(experiment.sampling.maxNewTokens).toBe(
        createTask(experiment.task.name, experiment.task.params).maxNewTokens,
      );
      const { defaults = {} } = catalogue.algorithms.find(({ id }) => id === experiment.objective.algorithm) ?? {};
      const { klCoef: _kl, klEstimator: _estimator, normalizer: _normalizer, ...structure } = defaults;
      for (const [key, value] of Object.entries(structure))
        expect(sameValue(experiment.objective[key as keyof typeof structure], value)).toBe(true);
    });

    it('keeps to its group', () => {
      expect(experiment.objective.entropyCoef).toBe(group === 'paper' ? 1e-4 : 0);
      if (group === 'quick') expect(experiment.steps).toBeLessThanOrEqual(100);
      else expect(experiment.steps).toBe(group === 'paper' ? 140 : 100);
    });
  },
);

it('preset ids are unique and the named ones are there', () => {
  const ids = catalogue.presets.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of [
    'nsr',
    'psr',
    'w-reinforce',
    'a-nsr-exponential',
    'cw-nsr',
    'a-cw-nsr',
    'grpo',
    'ppo',
    'paper-nsr',
    'quick-psr',
    'quick-nsr',
  ])
    expect(ids).toContain(id);
});
