import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyParams, valuesOf } from '../../experiment/params.fixture';
import { parseExperiment } from '../../experiment/parseExperiment';
import { buildCatalogue } from '../../trainer/catalogue';
import { evaluateSchedule, plainSchedule, schedules } from './registry';

const at = (step: number, totalSteps = 140, accuracy = 0) => ({ step, totalSteps, accuracy });

it('every file of the folder is a kind named like the file', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(schedules.map(({ kind }) => kind)).toEqual(expect.arrayContaining(files));
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const catalogue = buildCatalogue();

describe.each(schedules.map((definition) => [definition.kind, definition] as const))('%s', (kind, definition) => {
  it('goes through the points of its examples, T = 140', () => {
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const { params, points, accuracies = [0] } of definition.examples)
      for (const [step, value] of points) {
        const context = { ...at(step, 140, accuracies.at(-1)), pastAccuracies: accuracies.slice(0, -1) };
        expect(evaluateSchedule({ ...params, kind }, context)).toBeCloseTo(value, 5);
      }
  });

  it('is finite and within the range of its values, at any step', () => {
    fc.assert(
      fc.property(
        anyParams(definition.params, { min: -100, max: 100 }),
        fc.nat(300),
        fc.nat(200),
        share,
        fc.array(share, { maxLength: 5 }),
        (params, step, totalSteps, accuracy, pastAccuracies) => {
          const values = valuesOf(definition.params, params);
          const result = evaluateSchedule({ ...params, kind }, { step, totalSteps, accuracy, pastAccuracies });
          const slack = 1e-9 * (1 + Math.max(...values.map(Math.abs)));
          expect(result).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(result).toBeLessThanOrEqual(Math.max(...values) + slack);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('printed as JSON and read back in an experiment is the same curve', () => {
    fc.assert(
      fc.property(anyParams(definition.params, { min: 0, max: 10 }), fc.nat(140), (params, step) => {
        const negativeWeight = { ...params, kind };
        const experiment = parseExperiment(JSON.parse(JSON.stringify({ objective: { negativeWeight } })), catalogue);
        expect(parseExperiment(JSON.parse(JSON.stringify(experiment)), catalogue)).toEqual(experiment);
        expect(evaluateSchedule(experiment.objective.negativeWeight, at(step, 140, 0.3))).toBe(
          evaluateSchedule(negativeWeight, at(step, 140, 0.3)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its value at every step where it says that it does not follow the step', () => {
    if (definition.timeless !== true) return;
    fc.assert(
      fc.property(anyParams(definition.params, { min: 0, max: 10 }), fc.nat(140), (params, step) => {
        expect(evaluateSchedule({ ...params, kind }, at(step, 140, 0.3))).toBe(
          evaluateSchedule({ ...params, kind }, at(0, 140, 0.3)),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('evaluateSchedule', () => {
  it('a plain number is itself, as the kind that stands for it', () => {
    expect(evaluateSchedule(0.3, at(9))).toBe(0.3);
    expect(evaluateSchedule({ kind: plainSchedule.kind, [plainSchedule.plain ?? '']: 0.3 }, at(9))).toBe(0.3);
  });

  it('a kind or a number that is not there is an InputError', () => {
    expect(() => evaluateSchedule({ kind: 'spiral' }, at(0))).toThrow('spiral');
    expect(() => evaluateSchedule({ kind: 'linear', from: 1 }, at(0))).toThrow('to: undefined is not allowed');
    expect(() => evaluateSchedule({ kind: 'linear', from: 1, to: NaN }, at(0))).toThrow('to: NaN');
  });
});
