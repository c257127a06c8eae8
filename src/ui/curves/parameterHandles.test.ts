import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappings } from '../../confidence/parts/registry';
import { anyParams } from '../../experiment/params.fixture';
import type { NumberSpec } from '../../experiment/paramSpec';
import { schedules } from '../../schedules/parts/registry';
import { convertMapping, mappingCurve } from './mappingCurve';
import { fieldParams, parameterHandles, withHandleAt, type ParameterPlot } from './parameterHandles';
import { convertSchedule, scheduleCurve } from './scheduleCurve';

const frame = { totalSteps: 100, frozenBefore: null, accuracy: 0.5 };
const range = { min: 0, max: 10 };

/** Every kind of curve there is, with parameters of its own, as the editor works on it. */
const kinds = [
  ...schedules.map((definition) => ({
    name: `schedule ${definition.kind}`,
    definition,
    curve: (params: Record<string, unknown>) => scheduleCurve({ ...params, kind: definition.kind }, frame),
    end: frame.totalSteps,
  })),
  ...mappings.map((definition) => ({
    name: `mapping ${definition.kind}`,
    definition,
    curve: (params: Record<string, unknown>) => mappingCurve({ ...params, kind: definition.kind }),
    end: 1,
  })),
];

describe.each(kinds)('$name', ({ definition, curve, end }) => {
  const own = definition.params.filter((param) => 'handle' in param && param.handle !== undefined);

  it('has every parameter either on the plot or beside it', () => {
    const beside = fieldParams(definition.params).map(({ key }) => key);
    const knots = definition.params.filter(({ kind }) => kind === 'knots').map(({ key }) => key);
    expect([...own.map(({ key }) => key), ...beside, ...knots].sort()).toEqual(
      definition.params.map(({ key }) => key).sort(),
    );
  });

  it('has its handles on the plot, each with one way to go', () => {
    fc.assert(
      fc.property(anyParams(definition.params, range), (params) => {
        for (const handle of curve(params).handles) {
          expect(handle.x).toBeGreaterThanOrEqual(0);
          expect(handle.x).toBeLessThanOrEqual(end);
          expect(Number.isFinite(handle.y)).toBe(true);
          expect(handle.movesX || handle.movesY).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('a handle dropped somewhere is there, and only its parameter has changed', () => {
    fc.assert(
      fc.property(
        anyParams(definition.params, range),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (params, share) => {
          for (const { key } of own) {
            const before = curve(params);
            const handle = before.handles.find(({ id }) => id === key);
            const after = before.move(key, { x: share * end, y: share });
            const moved = after.handles.find(({ id }) => id === key);
            const reachable = Number((share * end).toPrecision(4));
            if (handle?.movesX) expect(moved?.x).toBeCloseTo(reachable, 2);
            else if (handle?.y === params[key]) expect(moved?.y).toBeCloseTo(share, 3);
            const { [key]: _moved, ...rest } = { ...params };
            if (typeof after.value === 'object') expect(after.value).toMatchObject(rest);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('every kind can become every other, and its parameters are what that kind says', () => {
  for (const from of schedules)
    for (const to of schedules) {
      const converted = convertSchedule(convertSchedule(1, from.kind, frame), to.kind, frame);
      expect(scheduleCurve(converted, frame).handles.length).toBeGreaterThan(0);
    }
  for (const { kind } of mappings) expect(mappingCurve(convertMapping(null, kind)).handles.length).toBeGreaterThan(0);
});

describe('a handle on the curve', () => {
  const sharpness: NumberSpec = {
    key: 'sharpness',
    label: 'Sharpness',
    help: '',
    kind: 'number',
    unit: '',
    min: 0,
    max: 50,
    default: 2,
    acts: 'next-rollout',
    handle: { moves: 'y', x: 0.5, y: 'curve' },
  };
  const plot = (sign: 1 | -1): ParameterPlot => ({
    from: 0,
    to: 1,
    evaluate: (values, x) => (1 + Number(values['sharpness']) * x) ** sign,
  });

  it.each([
    [-1, 0.25, 6],
    [1, 4, 6],
    [-1, 0.001, 50],
    [1, 0.2, 0],
  ] as const)('finds the number for which the curve goes through the pointer (sign %i, y %d)', (sign, y, expected) => {
    const values = withHandleAt([sharpness], { sharpness: 2 }, 'sharpness', { x: 0.1, y }, plot(sign));
    expect(values.sharpness).toBe(expected);
    const [handle] = parameterHandles([sharpness], values, plot(sign));
    expect(handle).toMatchObject({ x: 0.5, y: plot(sign).evaluate(values, 0.5), movesX: false, movesY: true });
  });
});
