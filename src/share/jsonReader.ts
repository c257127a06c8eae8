/** Readers of parsed JSON from outside: each gives a fresh value of its type or throws an `InputError` naming the field. */
import { InputError } from '../lib/errors';

export type Reader<T> = (value: unknown, field: string) => T;

const mostText = 4096;

export const number: Reader<number> = (value, field) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InputError(field, value, 'a finite number');
  return value;
};

export const numberOrNull: Reader<number | null> = (value, field) => (value === null ? null : number(value, field));

export const text: Reader<string> = (value, field) => {
  if (typeof value !== 'string' || value.length > mostText)
    throw new InputError(field, value, `up to ${mostText} characters`);
  return value;
};

export const flag: Reader<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw new InputError(field, value, 'true | false');
  return value;
};

export function list<T>(read: Reader<T>, most: number): Reader<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length > most) throw new InputError(field, value, `a list of up to ${most}`);
    return value.map((entry: unknown, index) => read(entry, `${field}.${index}`));
  };
}

/** An object of up to `most` values under plain names. */
export function dictionary<T>(read: Reader<T>, most: number): Reader<Readonly<Record<string, T>>> {
  return (value, field) => {
    const given = entriesOf(value, field);
    if (given.length > most) throw new InputError(field, given.length, `at most ${most} values`);
    return Object.fromEntries(
      given.map(([key, entry]) => {
        if (!/^[a-zA-Z]\w{0,60}$/.test(key) || key === 'constructor' || key === 'prototype')
          throw new InputError(`${field}.${key}`, entry, 'a plain name');
        return [key, read(entry, `${field}.${key}`)];
      }),
    );
  };
}

function entriesOf(value: unknown, field: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(field, value, 'an object');
  return Object.entries(value);
}

/** An object with exactly these keys. */
export function record<Readers extends Readonly<Record<string, Reader<unknown>>>>(
  readers: Readers,
): Reader<{ readonly [Key in keyof Readers]: Readers[Key] extends Reader<infer T> ? T : never }> {
  type Read = { readonly [Key in keyof Readers]: Readers[Key] extends Reader<infer T> ? T : never };
  return (value, field) => {
    const given = new Map(entriesOf(value, field));
    for (const key of given.keys())
      if (!Object.hasOwn(readers, key)) throw new InputError(`${field}.${key}`, given.get(key), 'no such key');
    const entries = Object.entries(readers).map(([key, read]) => [key, read(given.get(key), `${field}.${key}`)]);
    return Object.fromEntries(entries) as Read;
  };
}
