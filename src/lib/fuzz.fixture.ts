/** Fuzzing of readers: mutated inputs from a fixed seed, and the promises that every reader keeps for any of them. */
import { expect } from 'vitest';
import { cpuMs } from './cpuTime.fixture';
import { InputError } from './errors';
import { createRng, type Rng } from './rng';

/** Inputs per reader: seconds in the suite, as many as one likes by NSR_FUZZ=100000. */
export const fuzzRuns = Number(process.env['NSR_FUZZ'] ?? 10_000);
/** Another seed, where the fixed one has been seen. */
const seed = Number(process.env['NSR_FUZZ_SEED'] ?? 17);
/** Longest run of input that a message may repeat, characters. */
const longestQuote = 200;
/** Of one input, in this process's own computing time, milliseconds: ten times what a slow machine was seen to take. */
const longestMs = 500;

const longText = `<b>\n\u2028\u202e\u001b[31m${'Q'.repeat(20_000)}`;
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** Values that a reader must survive in any place, as JSON. */
const hostile: readonly string[] = [
  ...['null', 'true', '0', '-0', '-1', '0.5', '1e308', '-1e308', '1e-320', '1e999', '9007199254740991', '2147483648'],
  ...['""', '"x"', '"__proto__"', '"\\u0000"', '"../../etc/passwd"', '"\\ud800"', '"NaN"', JSON.stringify(longText)],
  ...['[]', '{}', '[[]]', '[null]', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{}}}', '{"length":1e9}'],
  ...[nested('[', ']', 5_000), nested('{"a":', '}', 3).replace(':}', ':1}'), `[${'0,'.repeat(30_000)}0]`],
  `{${JSON.stringify(longText)}:1}`,
];
const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\0',
  '\n',
  'NaN',
  'Infinity',
  '\ufeff',
  '\ud800',
  '1e999',
  '/**/',
];

export const pick = <Value>(rng: Rng, values: readonly Value[]): Value =>
  values[Math.floor(rng.nextFloat() * values.length)] as Value;

/** JSON text with one place changed, so that it mostly stays JSON, or with its characters changed. */
export function mutateJson(rng: Rng, text: string): string {
  return rng.nextFloat() < 0.7 ? mutateValue(rng, text) : mutateText(rng, text);
}

/** Takes some token of the text (a key, a value, a bracket) for another value. */
function mutateValue(rng: Rng, text: string): string {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[|\{/g)];
  if (tokens.length === 0) return pick(rng, hostile);
  const { index, 0: token } = pick(rng, tokens);
  const end = token === '[' || token === '{' ? closing(text, index) : index + token.length;
  return text.slice(0, index) + pick(rng, hostile) + text.slice(end);
}

/** Past the bracket that closes the one at `start`. */
function closing(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && --depth === 0) return index + 1;
  }
  return text.length;
}

function mutateText(rng: Rng, text: string): string {
  let changed = text;
  for (let count = Math.floor(rng.nextFloat() * 4); count >= 0; count--) {
    const at = Math.floor(rng.nextFloat() * (changed.length + 1));
    const to = Math.min(changed.length, at + Math.floor(rng.nextFloat() ** 4 * changed.length));
    changed = pick(rng, [
      () => changed.slice(0, at),
      () => changed.slice(0, at) + changed.slice(to),
      () => changed.slice(0, at) + pick(rng, pieces) + changed.slice(at),
      () => changed.slice(0, at) + changed.slice(at, to).repeat(2) + changed.slice(to),
      () => changed.slice(0, at) + String.fromCharCode(Math.floor(rng.nextFloat() * 65_536)) + changed.slice(at + 1),
    ])();
  }
  return changed;
}

/** Bytes with some flipped, cut or repeated. */
export function mutateBytes(rng: Rng, bytes: Uint8Array): Uint8Array {
  if (rng.nextFloat() < 0.2) return bytes.slice(0, Math.floor(rng.nextFloat() * bytes.length));
  const changed = bytes.slice();
  for (let count = Math.floor(rng.nextFloat() * 8); count >= 0; count--)
    changed[Math.floor(rng.nextFloat() ** 2 * changed.length)] = Math.floor(rng.nextFloat() * 256);
  return changed;
}

/** What a reader made of an input: null where it took it, else the one line that says why not. An exception that is not
 * one of our typed ones is let through. */
export type Read = (input: string) => string | null | Promise<string | null>;

/** The message of an `InputError`; anything else is thrown on. */
export function refusal(error: unknown): string {
  if (error instanceof InputError) return error.message;
  throw error;
}

export interface FuzzReport {
  readonly taken: number;
  readonly slowestMs: number;
}

/** Reads `fuzzRuns` inputs. Fails, naming the run, on an exception, on a message of several lines or one that quotes more
 * than 200 characters, and on an input that takes too long. */
export async function fuzz(name: string, make: (rng: Rng) => string, read: Read): Promise<FuzzReport> {
  const rng = createRng(seed, `fuzz ${name}`);
  let taken = 0;
  let slowestMs = 0;
  for (let run = 0; run < fuzzRuns; run++) {
    const input = make(rng);
    const where = () => `${name}, seed ${seed}, run ${run}: ${JSON.stringify(input.slice(0, 300))}`;
    const start = process.cpuUsage();
    let message: string | null;
    try {
      message = await read(input);
    } catch (error) {
      throw new Error(where(), { cause: error });
    }
    const { user, system } = process.cpuUsage(start);
    const once = (user + system) / 1000;
    // Other threads of this process count, too, and so does what is compiled or loaded the first time: the best of some more.
    const spentMs = once > longestMs ? await cpuMs(() => read(input)) : once;
    slowestMs = Math.max(slowestMs, spentMs);
    if (spentMs > longestMs) expect.fail(`${where()} took ${spentMs} ms`);
    if (message === null) taken++;
    else checkMessage(message, input, where);
  }
  return { taken, slowestMs };
}

function checkMessage(message: string, input: string, where: () => string): void {
  if (message.length > 1000) expect.fail(`${where()}: a message of ${message.length} characters`);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(message)) expect.fail(`${where()}: a message of several lines: ${message}`);
  for (let at = 0; at + longestQuote < message.length; at++)
    if (input.includes(message.slice(at, at + longestQuote + 1)))
      expect.fail(`${where()}: more than ${longestQuote} characters are quoted: ${message}`);
}
