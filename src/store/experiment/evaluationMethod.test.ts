import { expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { catalogue } from './catalogue';
import { withModel } from './choices';
import { exactOffer, withMethod } from './evaluationMethod';

const exact = withMethod(defaultExperiment, 'exact', catalogue);

it('exact evaluation is certain with a shipped model, depends on the tokenizer of any other, and is ruled out by the task', () => {
  expect(exactOffer(defaultExperiment, catalogue)).toEqual({ offered: true, note: null });
  const foreign = exactOffer({ ...defaultExperiment, model: 'Qwen/Qwen3-0.6B' }, catalogue);
  expect(foreign).toMatchObject({ offered: true, note: expect.stringContaining('tokenizer') as string });
  const unlisted = {
    ...catalogue,
    tasks: catalogue.tasks.map((task) => ({ ...task, label: 'Essays', listsAnswers: false })),
  };
  expect(exactOffer(defaultExperiment, unlisted)).toEqual({
    offered: false,
    note: 'Sampled: the right answers of Essays cannot be listed.',
  });
});

it('exact takes all held-out problems, sampled as many as by default', () => {
  expect(exact.evaluation).toMatchObject({ method: 'exact', problems: 1091 });
  expect(withMethod(exact, 'sampled', catalogue).evaluation).toEqual(defaultExperiment.evaluation);
});

it('another model brings all held-out problems of its task where Pass@k is exact, and leaves a sampled evaluation alone', () => {
  expect(withModel(exact, 'countdown3-tiny', catalogue).evaluation).toMatchObject({ method: 'exact', problems: 265 });
  expect(withModel(defaultExperiment, 'countdown3-tiny', catalogue).evaluation).toEqual(defaultExperiment.evaluation);
});
