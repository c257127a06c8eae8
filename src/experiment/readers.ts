/** Readers of untrusted values: each gives a fresh, valid value or throws an `InputError` naming field, value and what is allowed. Nothing is ever clamped. */
import { readKnots } from '../lib/curve';
import { InputError } from '../lib/errors';
import type { KindEntry } from './catalogue';
import type { ParamSpec, ScalarValue } from './paramSpec';
import type { ConfidenceSpec, Scheduled } from './types';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

export type PlainRecord = Readonly<Record<string, unknown>>;

/** Keys that could reach into an object's prototype. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

export function isRecord(value: unknown): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object whose keys are all known. */
export function readRecord(value: unknown, field: string, known: readonly string[]): PlainRecord {
  if (!isRecord(value)) throw new InputError(field, value, 'an object');
  for (const key of Object.keys(value)) {
    const path = field === '' ? key : `${field}.${key}`;
    if (forbiddenKeys.has(key) || !known.includes(key))
      throw new InputError(path, value[key], `one of the keys ${known.join(', ') || '(none)'}`);
  }
  return value;
}

export function readNumber(value: unknown, field: string, range: NumberRange, integer = false): number {
  const good = typeof value === 'number' && (integer ? Number.isSafeInteger(value) : Number.isFinite(value));
  if (!good || value < range.min || value > range.max) {
    const unit = range.unit === undefined || range.unit === '' ? '' : ` ${range.unit}`;
    throw new InputError(
      field,
      value,
      `${integer ? 'an integer' : 'a number'} from ${range.min} to ${range.max}${unit}`,
    );
  }
  // -0 would print as 0 and so not survive a link.
  return value === 0 ? 0 : value;
}

export function readBoolean(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw new InputError(field, value, 'true | false');
  return value;
}

export function readChoice<T extends string | number>(value: unknown, field: string, options: readonly T[]): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw new InputError(field, value, options.join(' | '));
  return found;
}

export function readText(value: unknown, field: string, pattern: string, allowed: string): string {
  if (typeof value !== 'string' || !new RegExp(pattern, 'u').test(value)) throw new InputError(field, value, allowed);
  return value;
}

/** One parameter by its spec; `axis` is the range of the field that holds the curve, for parameters on the value axis. */
function readParam(value: unknown, field: string, spec: ParamSpec, axis: NumberRange | null): unknown {
  switch (spec.kind) {
    case 'number':
    case 'integer':
      return readNumber(value, field, spec.role === 'value' && axis !== null ? axis : spec, spec.kind === 'integer');
    case 'choice':
      return readChoice(
        value,
        field,
        spec.options.map((option) => option.value),
      );
    case 'boolean':
      return readBoolean(value, field);
    case 'text':
      return readText(value, field, spec.pattern, spec.allowed);
    case 'knots':
      return readKnots(value, field, (axis ?? spec).min, (axis ?? spec).max);
    default:
      return spec satisfies never;
  }
}

/** Parameters in the order of their specs; missing ones take their default, except optional ones, which stay out, and those on the value axis, which must be given. */
function readParams(
  source: PlainRecord,
  field: string,
  specs: readonly ParamSpec[],
  axis: NumberRange | null,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const spec of specs) {
    const given = source[spec.key];
    const mayMiss = spec.kind === 'number' || spec.kind === 'integer' ? spec.role !== 'value' : spec.kind !== 'knots';
    if (given === undefined && mayMiss) {
      if (!('optional' in spec && spec.optional === true)) out[spec.key] = spec.default;
      continue;
    }
    out[spec.key] = readParam(given, `${field}.${spec.key}`, spec, axis);
  }
  return out;
}

/** An algorithm's or a task's own parameters: keys by their specs only. */
export function readOwnParams(value: unknown, field: string, specs: readonly ParamSpec[]): Record<string, ScalarValue> {
  const source = readRecord(
    value,
    field,
    specs.map(({ key }) => key),
  );
  return readParams(source, field, specs, null) as Record<string, ScalarValue>;
}

function findKind(value: PlainRecord, field: string, kinds: readonly KindEntry[]): KindEntry {
  const kind = readChoice(
    value['kind'],
    `${field}.kind`,
    kinds.map((entry) => entry.kind),
  );
  return kinds.find((entry) => entry.kind === kind) ?? kinds[0] ?? fail(field, value);
}

function fail(field: string, value: unknown): never {
  throw new InputError(field, value, 'nothing: this build has no such kinds');
}

/** A number in range, or a curve whose every value lies in range. */
export function readScheduled(
  value: unknown,
  field: string,
  range: NumberRange,
  kinds: readonly KindEntry[],
): Scheduled {
  if (!isRecord(value)) return readNumber(value, field, range);
  const entry = findKind(value, field, kinds);
  const source = readRecord(value, field, ['kind', ...entry.params.map(({ key }) => key)]);
  return { kind: entry.kind, ...readParams(source, field, entry.params, range) };
}

export function readConfidence(value: unknown, field: string, kinds: readonly KindEntry[]): ConfidenceSpec | null {
  if (value === null) return null;
  if (!isRecord(value)) throw new InputError(field, value, 'null or a mapping {kind, ...}');
  const entry = findKind(value, field, kinds);
  const source = readRecord(value, field, ['kind', 'scope', 'normalize', ...entry.params.map(({ key }) => key)]);
  const { scope = 'sequence', normalize = false } = source;
  return {
    kind: entry.kind,
    scope: readChoice(scope, `${field}.scope`, ['sequence', 'token']),
    normalize: readBoolean(normalize, `${field}.normalize`),
    ...readParams(source, field, entry.params, null),
  };
}
