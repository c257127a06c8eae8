import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../trainer/catalogue';
import { applyDiff, diffExperiment, sameValue } from './diff';
import { applyEdits, recordEdit } from './edits';
import { fields } from './fields';
import { defaultExperiment, parseExperiment } from './parseExperiment';
import { getField, withField } from './paths';
import type { Experiment } from './types';

const catalogue = buildCatalogue();
const parse = (json: unknown) => parseExperiment(json, catalogue);
const with_ = (path: string, value: unknown) =>
  parse(JSON.parse(JSON.stringify(withField(defaultExperiment, path, value) ?? null)));

describe('parseExperiment', () => {
  it('gives the default experiment for an empty object', () => {
    expect(parse({})).toEqual(defaultExperiment);
  });

  it('fills in what is left out, own parameters of algorithm and task included', () => {
    const experiment = parse({ objective: { algorithm: 'dapo' }, task: { name: 'addition' } });
    expect(experiment.objective.params).toEqual({ refillCap: 4, overlongBuffer: 0 });
    expect(experiment.task).toEqual({ name: 'addition', params: {} });
    expect(parse({ objective: { positiveWeight: { kind: 'step', from: 1, to: 2 } } }).objective.positiveWeight).toEqual(
      { kind: 'step', from: 1, to: 2, at: 0.5 },
    );
  });

  it('keeps an optional rate out, which then means 4.2/T', () => {
    const negativeWeight = { kind: 'exponential', from: 1.5, to: 0.5 };
    expect(parse({ objective: { negativeWeight } }).objective.negativeWeight).toEqual(negativeWeight);
  });

  it.each([
    ['optimizer.learningRate', -1, 'optimizer.learningRate: -1 is not allowed; allowed: a number from 0 to 1'],
    ['optimizer.learningRate', null, 'optimizer.learningRate: null'],
    ['batch.groupSize', 2.5, 'batch.groupSize: 2.5 is not allowed; allowed: an integer from 1 to 1024 answers'],
    ['batch.groupSize', '8', 'batch.groupSize: "8"'],
    ['objective.clip', 1, 'objective.clip: 1 is not allowed; allowed: true | false'],
    ['objective.normalizer', 'most', 'objective.normalizer: "most" is not allowed; allowed: all | kept'],
    ['objective.algorithm', 'magic', 'objective.algorithm: "magic" is not allowed; allowed: '],
    ['objective.params', { x: 1 }, 'objective.params.x: 1'],
    [
      'objective.negativeWeight',
      { kind: 'linear', from: 1, to: 11 },
      'objective.negativeWeight.to: 11 is not allowed; allowed: a number from 0 to 10',
    ],
    ['objective.negativeWeight', { kind: 'linear', from: 1 }, 'objective.negativeWeight.to: undefined'],
    ['objective.negativeWeight', { kind: 'spiral' }, 'objective.negativeWeight.kind: "spiral"'],
    ['objective.negativeWeight', { kind: 'linear', from: 1, to: 1, rate: 1 }, 'objective.negativeWeight.rate: 1'],
    [
      'objective.negativeWeight',
      { kind: 'piecewise', knots: [[0, 99, 'linear']] },
      'objective.negativeWeight.knots.0.y: 99',
    ],
    ['objective.confidence', { kind: 'power', gamma: 99 }, 'objective.confidence.gamma: 99'],
    ['objective.confidence', { kind: 'power', scope: 'word' }, 'objective.confidence.scope: "word"'],
    ['objective.confidence', 3, 'objective.confidence: 3'],
    ['objective.dualClip', 0.5, 'objective.dualClip: 0.5'],
    ['objective.name', 'two\nlines', 'objective.name: "two\\nlines"'],
    ['task.params', { numbers: 7 }, 'task.params.numbers: 7 is not allowed; allowed: 3 | 4'],
    [
      'batch.updatesPerRollout',
      65,
      'batch.updatesPerRollout: 65 is not allowed; allowed: at most batch.promptsPerStep (64)',
    ],
    ['edits', [{ step: 1, path: 'model', value: 'addition' }], 'edits.0.path: "model"'],
    ['edits', [{ step: 1, path: 'objective.clipLow', value: 2 }], 'objective.clipLow: 2'],
    [
      'edits',
      [
        { step: 5, path: 'objective.clipLow', value: 0.1 },
        { step: 4, path: 'objective.clipLow', value: 0.1 },
      ],
      'edits.1.step: 4',
    ],
    ['edits', [{ step: 101, path: 'objective.clipLow', value: 0.1 }], 'edits.0.step: 101'],
  ])('refuses %s = %j', (path, value, message) => {
    let raised = '';
    try {
      with_(path, value);
    } catch (error) {
      raised = error instanceof Error ? error.message : '';
    }
    expect(raised.slice(0, message.length)).toBe(message);
  });

  it('refuses numbers that are not finite, unknown keys, newer versions and other shapes', () => {
    expect(() => parse({ optimizer: { learningRate: NaN } })).toThrow('optimizer.learningRate: NaN');
    expect(() => parse({ optimizer: { learningRate: Infinity } })).toThrow('optimizer.learningRate: Infinity');
    expect(() => parse({ learning: 1 })).toThrow(
      'learning: 1 is not allowed; allowed: one of the keys version, model, adapter, task',
    );
    expect(() => parse({ batch: { size: 1 } })).toThrow('batch.size: 1');
    expect(() => parse({ batch: [] })).toThrow('batch: []');
    expect(() => parse({ version: 2 })).toThrow('version: 2');
    for (const json of [null, 3, 'x', [], undefined]) expect(() => parse(json)).toThrow('experiment: ');
  });

  it('refuses keys that reach into prototypes, at any depth', () => {
    for (const key of ['__proto__', 'constructor', 'prototype'])
      for (const text of [
        `{"${key}":{"x":1}}`,
        `{"objective":{"${key}":1}}`,
        `{"objective":{"params":{"${key}":1}}}`,
        `{"objective":{"negativeWeight":{"kind":"linear","from":1,"to":1,"${key}":1}}}`,
      ])
        expect(() => parse(JSON.parse(text))).toThrow(key);
    expect(() => parse({ edits: [{ step: 0, path: '__proto__.polluted', value: 1 }] })).toThrow('edits.0.path');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('refuses deep nesting', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(() => parse({ edits: deep })).toThrow('at most 8 levels');
  });

  it.each(['https://x.org/y', '../models', 'a/b/c', '/etc/passwd', 'Org/..', 'UPPER', ''])(
    'refuses the model id %j',
    (model) => {
      expect(() => parse({ model })).toThrow('model: ');
    },
  );

  it.each(['addition', 'Qwen/Qwen2.5-0.5B', `HuggingFaceTB/SmolLM2-135M@${'a'.repeat(40)}`])(
    'takes the model id %s',
    (model) => {
      expect(parse({ model }).model).toBe(model);
    },
  );

  it('any JSON gives an experiment or an InputError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), ({ path }, value) => {
        try {
          const experiment = with_(path, value);
          expect(parse(JSON.parse(JSON.stringify(experiment)))).toEqual(experiment);
        } catch (error) {
          expect(error).toHaveProperty('name', 'InputError');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the schema', () => {
  it('has one field per leaf of an experiment', () => {
    const leaves = (node: object, prefix = ''): string[] =>
      Object.entries(node).flatMap(([key, value]) =>
        value !== null && typeof value === 'object' && !fields.some(({ path }) => path === `${prefix}${key}`)
          ? leaves(value as object, `${prefix}${key}.`)
          : [`${prefix}${key}`],
      );
    const { version, edits, ...rest } = defaultExperiment;
    expect([version, edits]).toEqual([1, []]);
    expect(leaves(rest).sort()).toEqual(fields.map(({ path }) => path).sort());
  });

  it('has words for every field', () => {
    for (const { label, help } of fields) expect(label.length * help.length).toBeGreaterThan(0);
  });
});

const anyPreset = fc.constantFrom(...catalogue.presets.map(({ experiment }) => experiment));

describe('diff', () => {
  it('applied to its base gives the target', () => {
    fc.assert(
      fc.property(anyPreset, anyPreset, (base, target) => {
        const changes = JSON.parse(JSON.stringify(diffExperiment(base, target))) as ReturnType<typeof diffExperiment>;
        expect(parse(applyDiff(base, changes))).toEqual(target);
      }),
      { numRuns: 40 },
    );
  });

  it('is empty for equal experiments and names only what differs', () => {
    expect(diffExperiment(defaultExperiment, parse({}))).toEqual([]);
    expect(diffExperiment(defaultExperiment, { ...defaultExperiment, seed: 3 })).toEqual([{ path: 'seed', value: 3 }]);
  });

  it('refuses paths that are no field', () => {
    for (const path of ['__proto__', 'objective', 'objective.x', 'version', ''])
      expect(() => applyDiff(defaultExperiment, [{ path, value: 1 }])).toThrow('path: ');
  });

  it('compares values, not the order of keys', () => {
    expect(sameValue({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(sameValue({ a: 1 }, { b: 1 })).toBe(false);
    expect(sameValue([1], { 0: 1 })).toBe(false);
  });
});

describe('edits', () => {
  const steered: Experiment = recordEdit(
    recordEdit(defaultExperiment, 7, 'objective.clipLow', 0.1),
    3,
    'objective.negativeWeight',
    { kind: 'linear', from: 2, to: 1 },
  );

  it('hold from their step on', () => {
    expect(getField(applyEdits(steered, 2), 'objective.negativeWeight')).toBe(1);
    expect(getField(applyEdits(steered, 3), 'objective.negativeWeight')).toEqual({ kind: 'linear', from: 2, to: 1 });
    expect([applyEdits(steered, 6), applyEdits(steered, 7)].map(({ objective }) => objective.clipLow)).toEqual([
      0.2, 0.1,
    ]);
  });

  it('survive a link, in order', () => {
    expect(parse(JSON.parse(JSON.stringify(steered)))).toEqual(steered);
    expect(steered.edits.map(({ step }) => step)).toEqual([3, 7]);
  });

  it('of the same field at the same step replace each other', () => {
    expect(recordEdit(steered, 7, 'objective.clipLow', 0.3).edits).toHaveLength(2);
  });
});
