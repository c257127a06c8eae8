import { expect, it } from 'vitest';
import { buildCatalogue } from '../../trainer/catalogue';
import { catalogue } from './catalogue';

it('is the catalogue that the trainer makes from its registries, and the models that ship', () => {
  const { models, ...rest } = catalogue;
  expect(rest).toEqual(buildCatalogue());
  expect(models.length).toBeGreaterThan(0);
});

it('lists the models by their cards, those of the experiment that the page opens with first', () => {
  expect(catalogue.models.map(({ id, label, task }) => [id, label, task.name, task.params])).toEqual([
    ['countdown4-strong', 'Countdown 4, stronger base', 'countdown', { numbers: 4 }],
    ['countdown4-weak', 'Countdown 4, weaker base', 'countdown', { numbers: 4 }],
    ['countdown3', 'Countdown 3', 'countdown', { numbers: 3 }],
    ['countdown3-tiny', 'Countdown 3, tiny (d = 32)', 'countdown', { numbers: 3 }],
    ['countdown3-tiny-weak', 'Countdown 3, tiny, weaker', 'countdown', { numbers: 3 }],
    ['word-problems', 'Word problems', 'wordProblems', { steps: 2, largest: 10 }],
    ['addition', 'Two-digit addition', 'addition', {}],
  ]);
});

it('knows what every model takes and can read', () => {
  const [first] = catalogue.models;
  expect(first).toMatchObject({
    characters: '0123456789+-*=:',
    contextTokens: 16,
    maxNewTokens: 8,
    downloadBytes: 649342,
  });
  for (const { memoryBytes, downloadBytes } of catalogue.models) expect(memoryBytes).toBeGreaterThan(downloadBytes);
  // A model of word pieces reads any text.
  expect(catalogue.models.find(({ id }) => id === 'word-problems')).toMatchObject({
    characters: '',
    contextTokens: 128,
  });
});

it.each(catalogue.presets.map((preset) => [preset.id, preset.experiment] as const))(
  'the model of preset %s is made for its task',
  (_, experiment) => {
    expect(catalogue.models.find(({ id }) => id === experiment.model)?.task).toEqual(experiment.task);
  },
);

it.each(catalogue.presets.map((preset) => [preset.id, preset.experiment] as const))(
  'preset %s evaluates all held-out problems exactly, where right answers are listed',
  (_, { model, task, evaluation }) => {
    const heldOut = catalogue.models.find(({ id }) => id === model)?.heldOut;
    const listed = catalogue.tasks.find(({ name }) => name === task.name)?.listsAnswers === true;
    if (listed) expect(evaluation).toMatchObject({ method: 'exact', problems: heldOut });
    else expect(evaluation.method).toBe('sampled');
  },
);
