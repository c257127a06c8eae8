import { parseArgs } from 'node:util';
import { InputError } from '../lib/errors';

export interface OptionSpec {
  /** What stands for the value in the help, e.g. FILE; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** Options that every command takes. */
export const commonOptions = {
  adapter: { value: 'NAME', help: 'default (the GPU, else what there is), lavapipe or swiftshader' },
  force: { help: 'replace what exists' },
  help: { help: 'show the options' },
} as const satisfies Record<string, OptionSpec>;

/** Parses `--name value` and `--switch`. Throws `InputError` on anything unknown, naming what is known. */
export function parseArguments(argv: readonly string[], options: Readonly<Record<string, OptionSpec>>): Arguments {
  const known: Readonly<Record<string, OptionSpec>> = { ...options, ...commonOptions };
  const { values, tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(known).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
    ),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new InputError('argument', token.value, `options only (${list(known)})`);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (spec === undefined) throw new InputError('option', token.rawName, list(known));
    if (spec.value !== undefined && token.value === undefined)
      throw new InputError(token.rawName, 'nothing', spec.value);
    if (spec.value === undefined && token.value !== undefined) {
      throw new InputError(token.rawName, token.value, 'no value: it is a switch');
    }
  }
  return new Arguments(new Map(Object.entries(values)));
}

function list(options: Readonly<Record<string, OptionSpec>>): string {
  return Object.keys(options)
    .map((name) => `--${name}`)
    .join(', ');
}

/** Typed reading of parsed options; every reader throws `InputError` naming the option. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  text(name: string, whenMissing?: string): string {
    const value = this.#values.get(name) ?? whenMissing;
    if (typeof value !== 'string' || value === '') throw new InputError(`--${name}`, value ?? 'nothing', 'a value');
    return value;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], whenMissing: Choice): Choice {
    const value = this.text(name, whenMissing);
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw new InputError(`--${name}`, value, choices.join(', '));
    return choice;
  }

  /** A number from `min` to `max`. */
  number(name: string, min: number, max: number, whenMissing?: number): number {
    if (!this.has(name) && whenMissing !== undefined) return whenMissing;
    const text = this.text(name);
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
      throw new InputError(`--${name}`, text, `a number from ${min} to ${max}`);
    }
    return value;
  }

  /** A whole number from `min` to `max`. */
  integer(name: string, min: number, max: number, whenMissing?: number): number {
    const value = this.number(name, min, max, whenMissing);
    if (!Number.isInteger(value)) throw new InputError(`--${name}`, value, `a whole number from ${min} to ${max}`);
    return value;
  }
}
