/** Thrown when this program is wrong, never because of what a person gave it (that is an `InputError`). */
class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Stops on our own bugs. Throws `InvariantError` with `message` unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`Invariant failed: ${message}`);
}

/** An element that must exist: reads `values[index]` and throws `InvariantError` when it is not there. */
export function at<T>(values: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const value = values[index];
  invariant(value !== undefined, `index ${index} of an array of length ${values.length}`);
  return value;
}
