import { InputError } from '../lib/errors';
import { readInput } from './files';

/** The values of a JSON Lines file with their line numbers (from 1); empty lines are left out. Throws `InputError`. */
export function readJsonLines(option: string, path: string): { readonly line: number; readonly value: unknown }[] {
  return readInput(option, path)
    .split('\n')
    .map((text, index) => ({ text: text.trim(), line: index + 1 }))
    .filter(({ text }) => text !== '')
    .map(({ text, line }) => {
      try {
        return { line, value: JSON.parse(text) as unknown };
      } catch {
        throw new InputError(`${path}:${line}`, text, 'one JSON value per line');
      }
    });
}

/** JSON Lines text. */
export function formatJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
