import { characters } from './characters';

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ';
const subscripts = '₀₁₂₃₄₅₆₇₈₉₋ₙ';
const plain = '0123456789-n';

/** An answer's text with one spelling for characters beyond ASCII, without what surrounds it ($, bold, a full stop). Linear. */
export function clean(text: string): string {
  const ascii = isAscii(text) ? text : spelled(text);
  const unescaped = hasEscapedBackslashes(ascii) ? ascii.replaceAll('\\\\', '\\') : ascii;
  return trimPunctuation(unescaped.replace(/\\?\$/g, ' ').replaceAll('\\displaystyle', ' '));
}

/** Cleaned text without what only shapes it: text commands with their braces, spaces, sizes of brackets. Two texts with
 * the same key say the same. */
export function textKey(cleaned: string): string {
  return cleaned
    .replace(/\\(?:text|mbox|textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\(?:left|right|quad|qquad)(?![a-zA-Z])/g, '')
    .replace(/\\[dt]frac(?![a-zA-Z])/g, '\\frac')
    .replace(/\\[ ,;:!]/g, '')
    .replace(/\s+/g, '');
}

/** A key of letters only, which is a word in any case, in lower case; null of one that has anything else. */
export function wordKey(key: string): string | null {
  return /^[{(]*[A-Za-z.,]+[)}]*$/.test(key) ? key.replace(/[^A-Za-z,]/g, '').toLowerCase() : null;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 126) return false;
  return true;
}

function spelled(text: string): string {
  const raised = text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+/g, (run) => `^{${translate(run, superscripts)}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉₋ₙ]+/g, (run) => `_{${translate(run, subscripts)}}`);
  // eslint-disable-next-line no-control-regex -- everything that is not ASCII
  return raised.replace(/[^\u0000-\u007e]/gu, (character) => characters.get(character) ?? character);
}

function translate(run: string, alphabet: string): string {
  return Array.from(run, (character) => plain.charAt(alphabet.indexOf(character))).join('');
}

/** Text that went through JSON twice: \\frac where \frac is meant. In a matrix \\ alone is a new row. */
function hasEscapedBackslashes(text: string): boolean {
  if (text.includes('\\begin')) return text.includes('\\\\begin');
  return /\\\\[a-zA-Z]/.test(text);
}

function trimPunctuation(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ' \t\n\r*`"'.includes(text.charAt(start))) start++;
  // A spacing command at the end goes with its backslash.
  while (end > start && ' \t\n\r*`".,;:!'.includes(text.charAt(end - 1))) {
    const escaped = text.charAt(end - 2) === '\\';
    if (text.charAt(end - 1) === '!' && !escaped) break;
    end -= escaped ? 2 : 1;
  }
  return text.slice(start, end);
}
