import { describe, expect, it } from 'vitest';
import type { PageCatalogue, TaskEntry } from '../../experiment/catalogue';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { catalogue } from './catalogue';
import { withModel, withTask } from './choices';

const task = (change: Partial<TaskEntry>): PageCatalogue => ({
  ...catalogue,
  tasks: [
    ...catalogue.tasks,
    {
      name: 'own',
      label: '',
      help: '',
      params: [],
      alphabet: '01',
      maxPromptTokens: 4,
      maxNewTokens: 3,
      listsAnswers: false,
      ...change,
    },
  ],
});

describe('a chosen task', () => {
  it.each([
    ['addition', 'addition', {}, 4],
    ['countdown', 'countdown4-strong', { numbers: 4 }, 8],
    ['wordProblems', 'word-problems', { steps: 2, largest: 10 }, 64],
  ])('%s brings the model made for it, and its longest answer', (name, model, params, maxNewTokens) => {
    expect(withTask({ ...defaultExperiment, model: 'countdown3' }, name, catalogue)).toMatchObject({
      task: { name, params },
      model,
      sampling: { maxNewTokens },
    });
  });
  it('keeps the model that can read it', () => {
    const before = { ...defaultExperiment, model: 'countdown3-tiny' };
    expect(withTask(before, 'own', task({}))).toMatchObject({
      task: { name: 'own', params: {} },
      model: 'countdown3-tiny',
      sampling: { maxNewTokens: 3 },
    });
  });
  it('takes the first model that can read it where the present one cannot: context too short', () => {
    const before = { ...defaultExperiment, model: 'addition' };
    expect(withTask(before, 'own', task({ maxPromptTokens: 12 })).model).toBe('countdown4-strong');
  });
  it('takes a model of any text for a task of any text, and only for that', () => {
    expect(withTask(defaultExperiment, 'own', task({ alphabet: '' })).model).toBe('word-problems');
    const before = { ...defaultExperiment, model: 'word-problems' };
    expect(withTask(before, 'own', task({})).model).toBe('countdown4-strong');
  });
  it('leaves the model where none has its characters', () => {
    expect(withTask({ ...defaultExperiment, model: 'addition' }, 'own', task({ alphabet: 'abc' })).model).toBe(
      'addition',
    );
  });
});

it('a chosen model brings its task and its longest answer; a foreign one changes nothing else', () => {
  expect(withModel(defaultExperiment, 'countdown3', catalogue)).toMatchObject({
    model: 'countdown3',
    task: { name: 'countdown', params: { numbers: 3 } },
    sampling: { maxNewTokens: 6 },
  });
  expect(withModel(defaultExperiment, 'Qwen/Qwen3-0.6B', catalogue)).toEqual({
    ...defaultExperiment,
    model: 'Qwen/Qwen3-0.6B',
  });
});
