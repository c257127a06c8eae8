/** What differs between two experiments, in words a person can read. */
import { diffExperiment } from '../../experiment/diff';
import { findField } from '../../experiment/fields';
import type { ActsWhen } from '../../experiment/paramSpec';
import { getField } from '../../experiment/paths';
import type { Experiment } from '../../experiment/types';

export interface FieldChange {
  readonly path: string;
  readonly label: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly acts: ActsWhen;
}

/** Names decide nothing, so they count as no change; recorded edits are told apart from fields. */
const silent = new Set(['objective.name', 'edits']);

export function changedFields(before: Experiment, after: Experiment): FieldChange[] {
  return diffExperiment(before, after).flatMap(({ path, value }): FieldChange[] => {
    const field = findField(path);
    if (!field || silent.has(path)) return [];
    return [{ path, label: field.label, before: getField(before, path), after: value, acts: field.acts }];
  });
}

/** A value on one short line: numbers as they are, curves by kind and ends. */
export function describeValue(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return '';
  const record = value as Readonly<Record<string, unknown>>;
  const number = (key: string): string => String(Number(Number(record[key]).toPrecision(3)));
  const kind = typeof record['kind'] === 'string' ? record['kind'] : null;
  if (kind === 'piecewise' || kind === 'curve')
    return `${Array.isArray(record['knots']) ? record['knots'].length : 0} knots`;
  if (kind && 'from' in record) return `${kind} ${number('from')} → ${number('to')}`;
  if (kind && 'min' in record) return `${kind} ${number('min')} to ${number('max')}`;
  if (kind) return kind;
  const entries = Object.entries(record);
  return entries.length ? entries.map(([key, entry]) => `${key} ${describeValue(entry)}`).join(', ') : 'none';
}
