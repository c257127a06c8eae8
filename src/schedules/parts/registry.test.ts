import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../experiment/parseExperiment';
import type { ScheduleSpec } from '../../experiment/types';
import { easings } from '../../lib/curve';
import { buildCatalogue } from '../../trainer/catalogue';
import { evaluateSchedule, schedules } from './registry';

const at = (step: number, totalSteps = 140, accuracy = 0) => ({ step, totalSteps, accuracy });

it('every file of the folder is a kind named like the file', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(schedules.map(({ kind }) => kind).sort()).toEqual(files.sort());
});

describe('golden values of algorithms.md section 2, T = 140', () => {
  it.each([
    [
      { kind: 'exponential', from: 1.5, to: 0.5, rate: 0.03 },
      [0, 10, 35, 70, 140],
      [1.5, 1.24082, 0.84994, 0.62246, 0.515],
    ],
    [{ kind: 'exponential', from: 1.5, to: 0.5 }, [0, 10, 35, 70, 140], [1.5, 1.24082, 0.84994, 0.62246, 0.515]],
    [{ kind: 'cosine', from: 1.5, to: 0.5 }, [0, 35, 70, 105, 140], [1.5, 1.35355, 1, 0.64645, 0.5]],
    [{ kind: 'linear', from: 0.05, to: 0.2 }, [0, 10, 35, 70, 140], [0.05, 0.06071, 0.0875, 0.125, 0.2]],
  ])('%j', (spec, steps, expected) => {
    steps.forEach((step, index) => expect(evaluateSchedule(spec, at(step))).toBeCloseTo(expected[index] ?? NaN, 5));
  });
});

describe('the other kinds', () => {
  it('a number and a constant are the same at every step', () => {
    expect(evaluateSchedule(0.3, at(9))).toBe(0.3);
    expect(evaluateSchedule({ kind: 'constant', value: 0.3 }, at(9))).toBe(0.3);
  });

  it('step jumps at its share of T', () => {
    const spec = { kind: 'step', from: 1, to: 2, at: 0.5 };
    expect([69, 70].map((step) => evaluateSchedule(spec, at(step)))).toEqual([1, 2]);
  });

  it('sigmoid begins and ends exactly and is halfway at a middle centre', () => {
    const spec = { kind: 'sigmoid', from: 1, to: 3, center: 0.5, steepness: 12 };
    expect([0, 70, 140].map((step) => evaluateSchedule(spec, at(step)))).toEqual([1, 2, 3]);
  });

  it('accuracy-driven runs from max (all wrong) to min (all right)', () => {
    const spec = { kind: 'accuracy', min: 0.5, max: 1.5 };
    expect([0, 0.25, 1].map((accuracy) => evaluateSchedule(spec, at(3, 10, accuracy)))).toEqual([1.5, 1.25, 0.5]);
  });

  it('accuracy-driven smoothing averages over earlier batches', () => {
    const spec = { kind: 'accuracy', min: 0, max: 1, smoothing: 0.5 };
    expect(evaluateSchedule(spec, { ...at(2, 10, 1), pastAccuracies: [0, 1] })).toBeCloseTo(1 - 0.75, 12);
    expect(evaluateSchedule(spec, at(0, 10, 0.4))).toBeCloseTo(0.6, 12);
  });

  it('a kind or a number that is not there is an InputError', () => {
    expect(() => evaluateSchedule({ kind: 'spiral' }, at(0))).toThrow('spiral');
    expect(() => evaluateSchedule({ kind: 'linear', from: 1 }, at(0))).toThrow('to: undefined is not allowed');
    expect(() => evaluateSchedule({ kind: 'linear', from: 1, to: NaN }, at(0))).toThrow('to: NaN');
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Curves of every kind with values in a range. */
function specsWithin(min: number, max: number): fc.Arbitrary<ScheduleSpec> {
  const value = fc.double({ min, max, noNaN: true });
  const ends = { from: value, to: value };
  return fc.oneof(
    fc.record({ kind: fc.constant('constant'), value }),
    fc.record({ kind: fc.constantFrom('linear', 'cosine'), ...ends }),
    fc.record({ kind: fc.constant('exponential'), ...ends, rate: fc.double({ min: 0, max: 100, noNaN: true }) }),
    fc.record({ kind: fc.constant('step'), ...ends, at: share }),
    fc.record({
      kind: fc.constant('sigmoid'),
      ...ends,
      center: share,
      steepness: fc.double({ min: 1, max: 200, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('accuracy'),
      min: value,
      max: value,
      smoothing: fc.double({ min: 0, max: 0.99, noNaN: true }),
    }),
    fc
      .array(fc.tuple(share, value, fc.constantFrom(...easings)), { minLength: 1, maxLength: 8 })
      .map((knots) => ({ kind: 'piecewise', knots: knots.sort(([a], [b]) => a - b) })),
  );
}

/** The numbers on the curve's value axis. */
function valuesOf(spec: ScheduleSpec): number[] {
  const onAxis = ['value', 'from', 'to', 'min', 'max'].flatMap((key) => (key in spec ? [Number(spec[key])] : []));
  const knots = (spec['knots'] ?? []) as readonly (readonly [number, number])[];
  return [...onAxis, ...knots.map(([, y]) => y)];
}

it('every curve is finite and within the range of its values, at any step', () => {
  fc.assert(
    fc.property(
      specsWithin(-100, 100),
      fc.nat(300),
      fc.nat(200),
      share,
      fc.array(share, { maxLength: 5 }),
      (spec, step, totalSteps, accuracy, pastAccuracies) => {
        const values = valuesOf(spec);
        const result = evaluateSchedule(spec, { step, totalSteps, accuracy, pastAccuracies });
        const slack = 1e-9 * (1 + Math.max(...values.map(Math.abs)));
        expect(result).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(result).toBeLessThanOrEqual(Math.max(...values) + slack);
      },
    ),
    { numRuns: 500 },
  );
});

it('every curve printed as JSON and read back in an experiment is the same curve', () => {
  const catalogue = buildCatalogue();
  fc.assert(
    fc.property(specsWithin(0, 10), fc.nat(140), (negativeWeight, step) => {
      const printed = JSON.stringify({ objective: { negativeWeight } });
      const experiment = parseExperiment(JSON.parse(printed), catalogue);
      expect(parseExperiment(JSON.parse(JSON.stringify(experiment)), catalogue)).toEqual(experiment);
      expect(evaluateSchedule(experiment.objective.negativeWeight, at(step, 140, 0.3))).toBe(
        evaluateSchedule(negativeWeight, at(step, 140, 0.3)),
      );
    }),
    { numRuns: 300 },
  );
});
