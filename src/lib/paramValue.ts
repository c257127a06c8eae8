import { InputError } from './errors';

/** Reads a finite number out of a curve's data; `fallback` where the key is missing, an `InputError` where it must not be. */
export function numberParameter(spec: Readonly<Record<string, unknown>>, key: string, fallback?: number): number {
  const value = spec[key] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InputError(key, value, 'a finite number');
  return value;
}
