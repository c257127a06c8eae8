/** How an answer is graded, mathematically or more simply: one rule as data, so that a worker can be given it. */
import { InputError } from '../lib/errors';
import { grade, type GradeOptions, type Verdict } from './grade';
import { maxResponseLength } from './limits';

export type AnswerRule =
  | GradeOptions
  /** The whole response, spaces around it aside. */
  | { readonly kind: 'exact' }
  /** What the last match of a regular expression captured (its first group, else all of it), spaces around it aside. May run for ever on
   * a hostile expression: grade with it where it can be killed. */
  | { readonly kind: 'pattern'; readonly pattern: string };

/** Whether a response gives the answer by a rule. Throws `InputError` on a pattern that is none. */
export function gradeByRule(answer: string, response: string, rule: AnswerRule): Verdict {
  switch (rule.kind) {
    case 'exact':
      return sameText(answer, response, 'whole text');
    case 'pattern':
      return sameText(answer, lastMatch(response.slice(-maxResponseLength), rule.pattern), 'pattern');
    case 'math':
    case 'gsm8k':
      return grade(answer, response, rule);
    default:
      return rule satisfies never;
  }
}

/** Throws `InputError` unless it is a regular expression. */
export function checkPattern(field: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gu');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(field, pattern, `a regular expression of JavaScript (${why})`);
  }
}

function lastMatch(response: string, pattern: string): string | null {
  const match = [...response.matchAll(checkPattern('pattern', pattern))].at(-1);
  return match === undefined ? null : (match[1] ?? match[0]);
}

function sameText(answer: string, response: string | null, by: 'whole text' | 'pattern'): Verdict {
  const extracted = response?.trim() ?? '';
  if (extracted === '') return { extracted: null, correct: false, reason: 'no answer', by: 'none' };
  const gold = answer.trim();
  if (gold === '') return { extracted, correct: false, reason: 'empty gold', by };
  const correct = extracted === gold;
  return { extracted, correct, reason: correct ? 'same text' : 'different text', by };
}
