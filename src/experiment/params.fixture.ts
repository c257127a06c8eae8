/** Parameters for tests, from their specs alone, so that a new definition is tried without being named. */
import fc from 'fast-check';
import { easings } from '../lib/curve';
import type { ParamSpec, ScalarValue } from './paramSpec';

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Any valid parameters; `axis` is the range of what lies on a curve's value axis. */
export function anyParams(
  specs: readonly ParamSpec[],
  axis: { readonly min: number; readonly max: number },
): fc.Arbitrary<Record<string, unknown>> {
  const optional = specs.filter((spec) => 'optional' in spec && spec.optional === true).map(({ key }) => key);
  return fc.record(Object.fromEntries(specs.map((spec) => [spec.key, anyValue(spec, axis)])), {
    requiredKeys: specs.map(({ key }) => key).filter((key) => !optional.includes(key)),
  });
}

function anyValue(spec: ParamSpec, axis: { readonly min: number; readonly max: number }): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'number':
      return fc.double({ ...(spec.role === 'value' ? axis : { min: spec.min, max: spec.max }), noNaN: true });
    case 'integer':
      return fc.integer({ min: spec.min, max: spec.max });
    case 'boolean':
      return fc.boolean();
    case 'text':
      return fc.stringMatching(new RegExp(spec.pattern, 'u'));
    case 'choice':
      return fc.constantFrom(...spec.options.map(({ value }) => value));
    case 'knots': {
      const low = Math.max(spec.min, axis.min);
      const high = Math.min(spec.max, axis.max);
      const y = fc.double({ min: low, max: high, noNaN: true });
      return fc
        .array(fc.tuple(share, y, fc.constantFrom(...easings)), { minLength: 1, maxLength: 8 })
        .map((knots) => knots.sort(([a], [b]) => a - b));
    }
    default:
      return spec satisfies never;
  }
}

/** The numbers on a curve's value axis. */
export function valuesOf(specs: readonly ParamSpec[], params: Readonly<Record<string, unknown>>): number[] {
  return specs.flatMap((spec) => {
    if (spec.kind === 'knots') return (params[spec.key] as readonly (readonly [number, number])[]).map(([, y]) => y);
    return 'role' in spec && spec.role === 'value' ? [Number(params[spec.key])] : [];
  });
}

/** Every combination of choices and switches, the other parameters at their defaults. */
export function variantsOf(specs: readonly ParamSpec[]): Record<string, ScalarValue>[] {
  return specs.reduce<Record<string, ScalarValue>[]>(
    (variants, spec) =>
      variants.flatMap((variant) => optionsOf(spec).map((value) => ({ ...variant, [spec.key]: value }))),
    [{}],
  );
}

function optionsOf(spec: ParamSpec): readonly ScalarValue[] {
  if (spec.kind === 'choice') return spec.options.map(({ value }) => value);
  if (spec.kind === 'boolean') return [false, true];
  return spec.kind === 'knots' ? [] : [spec.default];
}
