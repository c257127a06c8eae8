import { clean, textKey, wordKey } from './clean';
import { compareAnswers } from './compare';
import { extractAnswer, extractNumber, type Extracted, type Extraction, type UnboxedRule } from './extract';
import { LimitError, maxAnswerLength, maxResponseLength, Work } from './limits';
import { parseAnswer } from './parse';
import { tokenize, type CommaReading } from './tokenize';
import type { Expression } from './expression';
import { differs, same, type Outcome, type RightReason, type WrongReason } from './verdict';
import { choiceLetter, leadingChoice } from './words';

/** How answers are compared. mathematics: as docs/grader.md says. papers: as the graders of published numbers do (a
 * relative 1e-4, times and divided by 100, brackets dropped from text). text: the same text, as for AIME and AMC. */
export const graderModes = ['mathematics', 'papers', 'text'] as const;
export type GraderMode = (typeof graderModes)[number];

export const answerKinds = ['math', 'gsm8k'] as const;
/** How an answer is found: in a box, or behind "####" and a number. */
export type AnswerKind = (typeof answerKinds)[number];

export interface GradeOptions {
  readonly kind: AnswerKind;
  readonly mode: GraderMode;
  readonly unboxed: UnboxedRule;
}

export interface Verdict {
  /** The answer found in the response, null when there is none. */
  readonly extracted: string | null;
  readonly correct: boolean;
  readonly reason: RightReason | WrongReason;
  /** How the answer was found. */
  readonly by: Extraction;
}

/** Whether a response gives the answer. `answer` may be a bare value or a solution with its box. Pure and
 * deterministic; some milliseconds at most for any text (limits.ts). */
export function grade(answer: string, response: string, options: GradeOptions): Verdict {
  const found = extract(response, options);
  const { text, by } = found;
  const gold = goldText(answer, options);
  if (text === null || text.trim() === '') {
    // A gold with an empty box says that there is nothing; an empty gold says that it was lost.
    const empty = text !== null && answer.trim() !== '' && gold.trim() === '';
    return { extracted: text, correct: empty, reason: empty ? 'same text' : 'no answer', by };
  }
  const { equal, reason } = gold.trim() === '' ? differs('empty gold') : equalTexts(gold, text, options.mode);
  return { extracted: text, correct: equal, reason, by };
}

function extract(response: string, { kind, unboxed }: GradeOptions): Extracted {
  const end = response.slice(-maxResponseLength);
  return kind === 'math' ? extractAnswer(end, unboxed) : extractNumber(end, unboxed);
}

/** The gold: of a text with a box or with prose what it concludes, else the text itself. */
function goldText(answer: string, { kind }: GradeOptions): string {
  const text = answer.slice(-maxResponseLength);
  const found = kind === 'math' ? extractAnswer(text, 'last') : extractNumber(text, 'last');
  return found.by === 'none' || found.by === 'whole text' ? text : (found.text ?? text);
}

/** Whether two bare answers, without boxes or prose around them, say the same. */
export function equalTexts(gold: string, response: string, mode: GraderMode): Outcome {
  if (gold.length > maxAnswerLength || response.length > maxAnswerLength) {
    return gold === response ? same('same text') : differs('too large');
  }
  const [left, right] = [clean(gold), clean(response)];
  const [key, otherKey] = [textKey(left), textKey(right)];
  if (key === otherKey && key !== '') return same('same text');
  const [word, otherWord] = [wordKey(key), wordKey(otherKey)];
  if (word !== null && word === otherWord && !mixesCases(key, otherKey)) return same('same words');
  if (mode === 'text') return differs('different text');
  const choice = choiceLetter(gold);
  if (choice !== null && leadingChoice(response) === choice) return same('same choice');
  if (mode === 'papers' && withoutBrackets(key) === withoutBrackets(otherKey)) return same('same text');
  return compareReadings(left, right, mode);
}

/** Rr against rR: two letters in both cases are two variables, no word. */
function mixesCases(a: string, b: string): boolean {
  return a.length <= 3 && new Set(a.toLowerCase()).size < new Set(a).size && a !== b;
}

function withoutBrackets(text: string): string {
  return text.replace(/[()[\]{}]|\\[{}]/g, '');
}

/** "1,234" is first read as a number, then as two. */
function compareReadings(gold: string, response: string, mode: GraderMode): Outcome {
  const work = new Work();
  let outcome: Outcome = differs('different text');
  try {
    for (const commas of commaReadings(gold, response)) {
      const [left, right] = [read(gold, commas), read(response, commas)];
      if (left === null || right === null) {
        if (commas === 'thousands') outcome = differs('different text');
        continue;
      }
      const compared = compareAnswers(left, right, { work, papers: mode === 'papers' });
      if (compared.equal) return compared;
      // Numbers beyond all limits (9^{9^9}) are themselves.
      if (compared.reason === 'undecided' && treeKey(left) === treeKey(right)) return same('identical');
      if (commas === 'thousands') outcome = compared;
    }
  } catch (error) {
    if (error instanceof LimitError) return differs('too large');
    throw error;
  }
  return outcome;
}

function commaReadings(gold: string, response: string): readonly CommaReading[] {
  const both = `${gold}\n${response}`;
  const readings: CommaReading[] = ['thousands'];
  if (/\d[, ]\d{3}/.test(both)) readings.push('separator');
  // 1000,99 with a decimal comma, where the other side writes a point.
  if (/^-?\d+,\d\d$/m.test(both) && /\.\d\d/.test(both)) readings.push('decimal');
  return readings;
}

function read(text: string, commas: CommaReading): Expression | null {
  return parseAnswer(tokenize(text, commas));
}

function treeKey(node: Expression): string {
  return JSON.stringify(node, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
