/** Reading and replacing fields by dotted path. Paths are checked against the schema, so no text from outside ever names a key by itself. */
import { InputError } from '../lib/errors';
import { findField } from './fields';
import type { Experiment } from './types';

function checkedParts(path: string): string[] {
  if (findField(path) === null && path !== 'edits') throw new InputError('path', path, 'a field of the experiment');
  return path.split('.');
}

/** Value at a field's path; undefined in an experiment from before there was the field. Throws `InputError` on a path that is no field. */
export function getField(experiment: Experiment, path: string): unknown {
  let value: unknown = experiment;
  for (const part of checkedParts(path)) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

/** A copy with another value at a field's path; the value is not checked (`parseExperiment` does that). */
export function withField(experiment: Experiment, path: string, value: unknown): Experiment {
  return replaced(experiment, checkedParts(path), value) as Experiment;
}

function replaced(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const record = node as Record<string, unknown> | undefined;
  return { ...record, [key]: replaced(record?.[key], rest, value) };
}
