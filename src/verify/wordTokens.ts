import { functions, greekLetters, numberWords } from './symbols';
import type { Token } from './token';
import { units } from './units';

/**
 * What a run of letters outside \text means: a connective, a function, a constant, a word, or variables side by side.
 * `afterNumber`: a number stands right before it, so that a short unit is one; `next`: the character behind the run.
 */
export function plainLetters(run: string, afterNumber: boolean, next: string): readonly Token[] {
  const lower = run.toLowerCase();
  if (run.length === 1) return [token('name', run)];
  if (lower === 'and' || lower === 'or') return [token('symbol', ',')];
  const known = functions.get(run) ?? functions.get(lower);
  if (known !== undefined && !(afterNumber && lower === 'min')) return [token('function', known)];
  if (lower === 'sqrt') return [token('command', 'sqrt')];
  if (lower === 'pi') return [token('command', 'pi')];
  if (lower === 'infinity' || lower === 'infty' || lower === 'inf') return [token('symbol', 'infinity')];
  if (lower === 'percent' || lower === 'pct' || lower === 'percentage') return [token('symbol', '%')];
  if (lower === 'degrees' || lower === 'degree' || lower === 'deg') return [token('symbol', 'deg')];
  if (lower === 'in' && !afterNumber) return [token('symbol', 'in')];
  if (greekLetters.has(run)) return [token('name', run)];
  if (numberWords.has(lower) || run.length >= 4) return [token('words', lower)];
  if (afterNumber && units.has(lower)) return [token('words', lower)];
  // ABC names a figure, abc multiplies three variables.
  if (run.length === 3 && (run === run.toUpperCase() || units.has(lower)) && next !== '^')
    return [token('words', lower)];
  return Array.from(run, (letter) => token('name', letter));
}

/** The tokens of prose inside \text{...}: words joined by spaces, numbers, and punctuation by which a list is written. */
export function textTokens(content: string): readonly Token[] {
  const tokens: Token[] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length === 0) return;
    const text = words.join(' ');
    words = [];
    tokens.push(wordsToken(text));
  };
  // A point between letters belongs to an abbreviation (p.m.), other white space and points separate.
  for (const piece of content.replace(/([A-Za-z])\./g, '$1').match(/[A-Za-z]+\d*|\d+(?:\.\d+)?|[^A-Za-z\d\s]/g) ?? []) {
    const lower = piece.toLowerCase();
    if (lower === 'and' || lower === 'or') {
      flush();
      tokens.push(token('symbol', ','));
    } else if (/^[a-z]/.test(lower)) words.push(lower);
    else if (/^\d/.test(piece)) {
      // "October 30" is a name, "30 days" an amount.
      if (words.length > 0) words.push(piece);
      else tokens.push(token('number', piece));
    } else {
      flush();
      if (piece !== '.' && piece !== '\\' && piece !== '$') tokens.push(token('symbol', piece));
    }
  }
  flush();
  return tokens.map((one, index) => (index === 0 ? { ...one, space: /^\s/.test(content) } : one));
}

function wordsToken(text: string): Token {
  if (text === 'percent') return token('symbol', '%');
  if (text === 'degrees' || text === 'degree') return token('symbol', 'deg');
  return token('words', text);
}

function token(kind: Token['kind'], text: string): Token {
  return { kind, text, space: false };
}
