import type { Expression } from './expression';
import { toNumber } from './rational';
import { units } from './units';

/** What an answer spells when it is a word or might be one: "odd" may have been read as o d d. Null for other things. */
export function spelling(node: Expression): string | null {
  switch (node.kind) {
    case 'words':
      return node.text.replace(/[^a-z\d]/g, '');
    case 'symbol':
      return node.name.toLowerCase();
    case 'constant':
      return node.name === 'e' || node.name === 'i' ? node.name : null;
    case 'number':
      return node.value.under === 1n ? String(toNumber(node.value)) : null;
    case 'quantity': {
      const of = spelling(node.of);
      return of === null ? null : of + node.unit.replace(/[^a-z\d]/g, '');
    }
    case 'product': {
      const letters = node.factors.map(spelling);
      return letters.some((letter) => letter === null) ? null : letters.join('');
    }
    default:
      return null;
  }
}

/** The letter of a choice: A, (A), \text{(A)}. Null for other texts. */
export function choiceLetter(text: string): string | null {
  const match = /^\(?([A-Ja-j])\)?$/.exec(bare(text));
  return match?.[1]?.toUpperCase() ?? null;
}

/** The letter with which a response begins that gives the choice and what it says: (A) 12, B. the second. */
export function leadingChoice(text: string): string | null {
  const match = /^(?:\(([A-J])\)|([A-J])(?:[):]|\.(?!\d)))/.exec(bare(text));
  return match?.[1] ?? match?.[2] ?? choiceLetter(text);
}

function bare(text: string): string {
  return text
    .slice(0, 200)
    .replace(/\\(?:text|textbf|mathrm|mathbf|mbox)(?![a-z])|[{}$*\s]/g, '')
    .replace(/^(?:option|choice|answer)(?=\(?[A-J])/i, '');
}

/** Whether two units can stand for the same amount: unknown words and missing units are no contradiction. */
export function compatibleUnits(a: string, b: string): boolean {
  const [left, right] = [knownUnit(a), knownUnit(b)];
  return left === null || right === null || left === right;
}

function knownUnit(text: string): string | null {
  const words = text.split(' ').filter((word) => units.has(word));
  return words.length === 0 ? null : words.map((word) => units.get(word)).join(' ');
}
