import { LimitError, maxTokens } from './limits';
import {
  commandSymbols,
  functions,
  greekLetters,
  ignoredCommands,
  knownCommands,
  styleCommands,
  textCommands,
} from './symbols';
import type { Token } from './token';
import { units } from './units';
import { plainLetters, textTokens } from './wordTokens';

/** How a comma between digits is read: "1,234" as one number or as two; "1,50" as a decimal. */
export type CommaReading = 'thousands' | 'separator' | 'decimal';

interface Scan {
  readonly text: string;
  readonly commas: CommaReading;
  readonly tokens: Token[];
  at: number;
  space: boolean;
  /** Open ( [ \{: a bare comma between digits inside them separates. */
  brackets: number;
  /** Open matrix environments: a backslash before a digit there is a damaged line break. */
  matrices: number;
}

/** The tokens of cleaned LaTeX or plain text (clean.ts). Linear in its length. Throws `LimitError` over `maxTokens`. */
export function tokenize(text: string, commas: CommaReading): readonly Token[] {
  const scan: Scan = { text, commas, tokens: [], at: 0, space: false, brackets: 0, matrices: 0 };
  while (scan.at < text.length) {
    step(scan);
    if (scan.tokens.length > maxTokens) throw new LimitError('tokens');
  }
  return scan.tokens;
}

function step(scan: Scan): void {
  const { text, at } = scan;
  const character = text.charAt(at);
  const digits = basedDigits(text, at);
  if (digits !== null) {
    scan.at += digits.length;
    emit(scan, 'words', digits.toLowerCase());
  } else if (/\s/.test(character) || character === '~') {
    scan.at++;
    scan.space = true;
  } else if (isDigit(character) || (character === '.' && isDigit(text.charAt(at + 1)))) number(scan);
  else if (isLetter(character)) {
    const end = endOf(text, at, isLetter);
    const previous = scan.tokens.at(-1);
    emitAll(scan, plainLetters(text.slice(at, end), previous?.kind === 'number', text.charAt(end)));
    scan.at = end;
  } else if (character === '\\') command(scan);
  else if (character !== '{' || !bareGroup(scan)) symbol(scan, character);
}

/** Digits and capitals over a base above ten: 2D0A_{16}. 2a_1 is twice a_1. */
function basedDigits(text: string, at: number): string | null {
  const character = text.charAt(at);
  if (!isDigit(character) && !(character >= 'A' && character <= 'Z')) return null;
  const match = /^(?=[A-Z]*\d)(?=\d*[A-Z])([\dA-Z]{2,20})_(?:1[1-9]|2\d|3[0-6]|\{(?:1[1-9]|2\d|3[0-6])\})/.exec(
    text.slice(at, at + 28),
  );
  return match?.[1] ?? null;
}

/** Braces that are no argument, around a comma, "or", "and" or the digits of a number with a base: {,} -2{or}-12
 * {A5}_{11}, the last two being texts whose command a cleaner dropped. Steps over them if so. */
function bareGroup(scan: Scan): boolean {
  const previous = scan.tokens.at(-1);
  const isArgument = previous?.kind === 'command' || (previous?.kind === 'symbol' && '^_}]'.includes(previous.text));
  const match = /^\{(?:(,|or|and)\}|([A-Z\d]{2,20})\}_)/.exec(scan.text.slice(scan.at, scan.at + 24));
  if (match === null || (isArgument && match[1] !== ',')) return false;
  const digits = match[2];
  scan.at += digits === undefined ? match[0].length : match[0].length - 1;
  if (digits === undefined) emit(scan, 'symbol', ',');
  else emit(scan, 'words', digits.toLowerCase());
  return true;
}

function symbol(scan: Scan, character: string): void {
  const next = scan.text.charAt(scan.at + 1);
  const pair = character + next;
  const two = { '**': '^', '<=': '<=', '>=': '>=', '=<': '<=', '!=': '!=', '==': '=', ':=': '=' }[pair];
  scan.at += two === undefined ? 1 : 2;
  const text = two ?? character;
  if (text === '(' || text === '[') scan.brackets++;
  if (text === ')' || text === ']') scan.brackets--;
  if (text === '.' && scan.text.startsWith('..', scan.at)) {
    scan.at += 2;
    emit(scan, 'symbol', 'dots');
    return;
  }
  emit(scan, 'symbol', text);
}

/** Digits with their groups, decimals and repeating decimals. */
function number(scan: Scan): void {
  const { text } = scan;
  const start = scan.at;
  let end = endOf(text, start, isDigit);
  let digits = text.slice(start, end);
  if (digits.length >= 1 && digits.length <= 3) {
    for (let group = groupAfter(scan, end); group !== null; group = groupAfter(scan, end)) {
      digits += text.slice(group, group + 3);
      end = group + 3;
    }
  }
  const comma = scan.commas === 'decimal' && text.charAt(end) === ',' && isDigit(text.charAt(end + 1));
  if (comma || (text.charAt(end) === '.' && (isDigit(text.charAt(end + 1)) || repeatAfter(text, end + 1) !== null))) {
    const decimals = endOf(text, end + 1, isDigit);
    digits = `${digits === '' ? '0' : digits}.${text.slice(end + 1, decimals)}`;
    end = decimals;
    const repeat = repeatAfter(text, end);
    if (repeat !== null) {
      scan.at = repeat.end;
      scan.tokens.push({ kind: 'number', text: digits, space: scan.space, repeating: repeat.digits });
      scan.space = false;
      return;
    }
  }
  scan.at = end;
  emit(scan, 'number', digits);
  const exponent = /^[eE]([+-]?)(\d{1,4})(?![\d.])/.exec(text.slice(end, end + 7));
  if (exponent === null) return;
  scan.at += exponent[0].length;
  for (const one of ['*', '10', '^', '{', ...(exponent[1] === '-' ? ['-'] : []), exponent[2] ?? '0', '}']) {
    emit(scan, /^\d/.test(one) ? 'number' : 'symbol', one);
  }
}

/** Where the next group of three digits starts that belongs to the number before `at`, or null. */
function groupAfter(scan: Scan, at: number): number | null {
  const marked = /^(?:\{,\}|\s?,\s?\\!\s?|\s?\\!\s?,\s?|\\[,;: ])/.exec(scan.text.slice(at, at + 8));
  const bare = scan.commas === 'thousands' && scan.brackets <= 0 && /^[, ]/.test(scan.text.charAt(at));
  const start = marked !== null ? at + marked[0].length : bare ? at + 1 : null;
  return start !== null && /^\d{3}(?!\d)/.test(scan.text.slice(start, start + 4)) ? start : null;
}

/** \overline{27} at `at`: the digits that repeat. */
function repeatAfter(text: string, at: number): { readonly digits: string; readonly end: number } | null {
  const match = /^\\(?:overline|bar)\s?(?:\{(\d{1,20})\}|(\d))/.exec(text.slice(at, at + 40));
  return match === null ? null : { digits: match[1] ?? match[2] ?? '', end: at + match[0].length };
}

function command(scan: Scan): void {
  const { text, at } = scan;
  const next = text.charAt(at + 1);
  if (!isLetter(next)) {
    escaped(scan, next);
    return;
  }
  const end = endOf(text, at + 1, isLetter);
  let name = text.slice(at + 1, end);
  if (!knownCommands.has(name)) {
    // \sinx or \pir, glued by a cleaner that dropped spaces: the longest known command is meant.
    for (let length = Math.min(name.length - 1, 12); length >= 2; length--) {
      if (knownCommands.has(name.slice(0, length))) {
        name = name.slice(0, length);
        break;
      }
    }
  }
  scan.at = at + 1 + name.length;
  named(scan, name);
}

/** A backslash before something that is no letter. */
function escaped(scan: Scan, next: string): void {
  scan.at += 2;
  if (next === '{' || next === '}') {
    scan.brackets += next === '{' ? 1 : -1;
    emit(scan, 'symbol', `\\${next}`);
  } else if (next === '%') emit(scan, 'symbol', '%');
  else if (next === '|') emit(scan, 'symbol', '|');
  else if (next === '\\') emit(scan, 'symbol', '\\\\');
  else if (scan.matrices > 0 && (next === '-' || isDigit(next))) {
    scan.at--;
    emit(scan, 'symbol', '\\\\');
  } else if (',;: !$#&_()[]'.includes(next) || next === '') scan.space = true;
  else scan.at--;
}

function named(scan: Scan, name: string): void {
  const { text } = scan;
  if (textCommands.has(name) || styleCommands.has(name)) {
    const argument = argumentAt(text, scan.at);
    if (argument === null) return;
    scan.at = argument.end;
    if (textCommands.has(name)) emitAll(scan, textTokens(argument.text));
    // Upright letters are a word or a function's name, anything else is mathematics.
    else if (scan.tokens.at(-1)?.kind === 'number' && isUnit(argument.text)) {
      emit(scan, 'words', argument.text.replace(/[^A-Za-z]+/g, ' ').trim());
    } else if (/^\s*[A-Za-z][A-Za-z .]+$/.test(argument.text)) emitAll(scan, styled(argument.text.trim()));
    else emitAll(scan, tokenize(argument.text, scan.commas));
    return;
  }
  const meaning = commandSymbols.get(name);
  if (meaning !== undefined) {
    if (meaning === '\\{') scan.brackets++;
    if (meaning === '\\}') scan.brackets--;
    emit(scan, 'symbol', meaning);
  } else if (functions.has(name)) emit(scan, 'function', functions.get(name) ?? name);
  else if (ignoredCommands.has(name)) {
    // \left. and \right. draw nothing.
    if ((name === 'left' || name === 'right') && text.charAt(scan.at) === '.') scan.at++;
    scan.space = true;
  } else if (greekLetters.has(name) || !knownCommands.has(name))
    emit(scan, 'name', name === 'varepsilon' ? 'epsilon' : name);
  else {
    if (name === 'begin') scan.matrices++;
    if (name === 'end') scan.matrices--;
    emit(scan, 'command', name);
  }
}

/** m, km/h, m/s^2 behind an amount. */
function isUnit(text: string): boolean {
  const match = /^\s*([A-Za-z]+)\s*(?:\/\s*([A-Za-z]+)\s*)?(?:\^\{?\d\}?)?\s*$/.exec(text);
  return match !== null && units.has(match[1] ?? '') && (match[2] === undefined || units.has(match[2]));
}

function styled(text: string): readonly Token[] {
  return functions.has(text)
    ? [{ kind: 'function', text: functions.get(text) ?? text, space: false }]
    : textTokens(text);
}

/** The {...} at or after `at`, matched, or the one character there. */
function argumentAt(text: string, at: number): { readonly text: string; readonly end: number } | null {
  let start = at;
  while (text.charAt(start) === ' ') start++;
  if (text.charAt(start) !== '{') return start < text.length ? { text: text.charAt(start), end: start + 1 } : null;
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === '\\') end++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return { text: text.slice(start + 1, end), end: end + 1 };
  }
  return { text: text.slice(start + 1), end: text.length };
}

function emit(scan: Scan, kind: Token['kind'], text: string): void {
  scan.tokens.push({ kind, text, space: scan.space });
  scan.space = false;
}

function emitAll(scan: Scan, tokens: readonly Token[]): void {
  tokens.forEach((token, index) =>
    scan.tokens.push(index === 0 ? { ...token, space: scan.space || token.space } : token),
  );
  scan.space = false;
}

function endOf(text: string, start: number, accepts: (character: string) => boolean): number {
  let end = start;
  while (end < text.length && accepts(text.charAt(end))) end++;
  return end;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}
