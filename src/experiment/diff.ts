import { fields } from './fields';
import { getField, withField } from './paths';
import type { Experiment } from './types';

/** One field's new value. */
export interface ExperimentChange {
  readonly path: string;
  readonly value: unknown;
}

/** Fields (and recorded edits) in which `target` differs from `base`, in schema order. */
export function diffExperiment(base: Experiment, target: Experiment): ExperimentChange[] {
  const paths = [...fields.map(({ path }) => path), 'edits'];
  return paths.flatMap((path) => {
    const value = getField(target, path);
    return sameValue(getField(base, path), value) ? [] : [{ path, value }];
  });
}

/** `base` with the changes made. Values are not checked: give the result to `parseExperiment`. Throws `InputError` on an unknown path. */
export function applyDiff(base: Experiment, changes: readonly ExperimentChange[]): Experiment {
  return changes.reduce((experiment, { path, value }) => withField(experiment, path, value), base);
}

/** Deep equality of JSON values; the order of keys does not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
