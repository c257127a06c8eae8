import { lastBoxes } from './boxes';

/** What is done with a response that has no box. */
export const unboxedRules = ['refuse', 'phrase', 'last'] as const;
/** refuse: no answer. phrase: what follows "the answer is", or the whole text when it is nothing but an answer.
 * last: besides, the last formula or number of the text. */
export type UnboxedRule = (typeof unboxedRules)[number];

/** By which rule the answer was found. */
export type Extraction =
  'box' | 'boxes' | 'hashes' | 'phrase' | 'whole text' | 'last formula' | 'last number' | 'pattern' | 'none';

export interface Extracted {
  /** Null when there is no answer. */
  readonly text: string | null;
  readonly by: Extraction;
}

const nothing: Extracted = { text: null, by: 'none' };

/** The final answer of a mathematical text: the last box, or the last ones joined by "and"; else as `unboxed` says. Linear. */
export function extractAnswer(response: string, unboxed: UnboxedRule): Extracted {
  const boxes = lastBoxes(response);
  const [first] = boxes;
  if (first !== undefined) {
    const contents = boxes.map(({ content }) => content);
    return contents.length === 1 ? { text: first.content, by: 'box' } : { text: contents.join(' , '), by: 'boxes' };
  }
  if (unboxed === 'refuse') return nothing;
  const phrase = afterPhrase(response);
  if (phrase !== null) return phrase;
  const whole = wholeText(response);
  if (whole !== null) return { text: whole, by: 'whole text' };
  return unboxed === 'last' ? lastItem(response) : nothing;
}

/** The answer of a GSM8K solution: after the last "####", else after "the answer is" or "A:", else, with `last`, the
 * last number. A number only. */
export function extractNumber(response: string, unboxed: UnboxedRule): Extracted {
  const hashes = response.lastIndexOf('####');
  if (hashes >= 0) {
    const text = firstNumber(response.slice(hashes + 4, hashes + 200));
    return text === null ? nothing : { text, by: 'hashes' };
  }
  const [box] = lastBoxes(response).slice(-1);
  if (box !== undefined) return { text: firstNumber(box.content) ?? box.content, by: 'box' };
  if (unboxed === 'refuse') return nothing;
  const phrase = phraseEnd(response, /(?:^|\n)\s*A\s*:|answer\s*(?:is|:|=)/gi);
  if (phrase !== null) {
    const line = response.slice(phrase, phrase + 400).split('\n', 1)[0] ?? '';
    const text = sumValue(line) ?? firstNumber(line);
    if (text !== null) return { text, by: 'phrase' };
  }
  return unboxed === 'last' ? lastNumber(response) : nothing;
}

/** Text that says where the answer stands. */
const phrases = /(?:final\s+answer|answer)\s*(?:is|are|:|=|\*\*:?)*\s*(?:is|:)?/gi;

/** What follows the last such phrase, up to the end of its sentence. */
function afterPhrase(response: string): Extracted | null {
  const start = phraseEnd(response, phrases);
  if (start === null) return null;
  const rest = response.slice(start, start + 2000).trimStart();
  const opening = /^\**\s*(?:\$\$?|\\\(|\\\[)/.exec(rest);
  if (opening !== null) {
    const item = itemsOf(rest)[0];
    if (item !== undefined) return { text: lastJoined(rest, true), by: 'phrase' };
  }
  const sentence = /^[\s\S]*?(?=[.!?](?:\s|$)|\n|$)/.exec(rest)?.[0] ?? '';
  if (sentence.trim() === '') return null;
  if (isBare(sentence)) return { text: sentence, by: 'phrase' };
  const item = lastItem(sentence);
  return item.text === null ? { text: sentence, by: 'phrase' } : { text: item.text, by: 'phrase' };
}

/** Where the last match ends, looked for near the end of the text. */
function phraseEnd(response: string, pattern: RegExp): number | null {
  const from = Math.max(0, response.length - 20_000);
  let end: number | null = null;
  for (const match of response.slice(from).matchAll(pattern)) end = from + match.index + match[0].length;
  return end;
}

/** A response that is nothing but an answer: a formula, a number, a word or two. */
function wholeText(response: string): string | null {
  const text = response.trim();
  if (text === '' || text.length > 4000) return null;
  return isBare(text) ? text : null;
}

/** Whether a text is no sentence: no run of three words outside formulas and LaTeX's own texts. */
function isBare(text: string): boolean {
  const prose = text
    .replace(/\$[^$]*\$|\\\([\s\S]{0,2000}?\\\)|\\\[[\s\S]{0,2000}?\\\]/g, ' ')
    .replace(/\\[a-zA-Z]+\s*\{[^{}]*\}|\\[a-zA-Z]+/g, ' ');
  const words = prose.match(/[A-Za-z]{2,}/g) ?? [];
  return words.filter((word) => !/^(?:and|or)$/i.test(word)).length < 3 && !/[a-z]{2,}\s*[:?!]/i.test(prose);
}

/** A formula between dollar signs or brackets, or a number in the text. */
interface Item {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly by: 'last formula' | 'last number';
}

/** The last formula or number of a text, with those that "and" or a comma joins to it. */
function lastItem(response: string): Extracted {
  const text = response.slice(-6000);
  const items = itemsOf(text);
  const last = items.at(-1);
  return last === undefined ? nothing : { text: lastJoined(text, false), by: last.by };
}

function lastJoined(text: string, fromStart: boolean): string {
  const items = itemsOf(text);
  const joined: string[] = [];
  if (fromStart) {
    let end: number | null = null;
    for (const item of items) {
      if (end !== null && !isConnective(text.slice(end, item.start))) break;
      joined.push(item.text);
      end = item.end;
    }
  } else {
    let start: number | null = null;
    for (const item of items.reverse()) {
      if (start !== null && !isConnective(text.slice(item.end, start))) break;
      joined.unshift(item.text);
      start = item.start;
    }
  }
  return joined.join(' , ');
}

function isConnective(gap: string): boolean {
  return gap.length < 20 && /^\s*(?:,|;|and|or|,\s*and|,\s*or)\s*$/i.test(gap);
}

/** Formulas, and numbers outside them, in order. One pass. */
function itemsOf(text: string): Item[] {
  const items: Item[] = [];
  const pattern =
    /\$\$([^$]{1,2000})\$\$|\$((?:[^$\\]|\\[\s\S]){1,2000})\$|\\\(([\s\S]{1,2000}?)\\\)|\\\[([\s\S]{1,2000}?)\\\]|-?(?:\d[\d,]*\.?\d*|\.\d+)(?:\s?\/\s?\d+)?(?:\s?\\?%)?/g;
  for (const match of text.matchAll(pattern)) {
    const formula = match[1] ?? match[2] ?? match[3] ?? match[4];
    const found = formula ?? match[0].replace(/[.,]+$/, '');
    // A dollar sign of money opens no formula.
    if (formula !== undefined && /[a-z]{3,}\s+[a-z]{2,}\s+[a-z]{2,}/i.test(formula) && !formula.includes('\\')) {
      const amounts = [...formula.matchAll(/-?\d[\d,]*\.?\d*/g)];
      for (const amount of amounts) {
        const start = match.index + 1 + amount.index;
        items.push({ text: amount[0].replace(/[.,]+$/, ''), start, end: start + amount[0].length, by: 'last number' });
      }
      continue;
    }
    items.push({
      text: found,
      start: match.index,
      end: match.index + match[0].length,
      by: formula === undefined ? 'last number' : 'last formula',
    });
  }
  return items;
}

function firstNumber(text: string): string | null {
  return /-?\s?\$?\s?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?\/\s?\d+)?/.exec(text)?.[0].replace(/[$,\s]/g, '') ?? null;
}

/** "3 + 4 = 7": the value behind the last equals sign of a line. */
function sumValue(line: string): string | null {
  const equals = line.lastIndexOf('=');
  return equals < 0 ? null : firstNumber(line.slice(equals + 1));
}

function lastNumber(response: string): Extracted {
  let last: string | null = null;
  for (const match of response.slice(-6000).matchAll(/-?\$?(?:\d[\d,]*(?:\.\d+)?|\.\d+)/g)) last = match[0];
  return last === null ? nothing : { text: last.replace(/[$,]/g, ''), by: 'last number' };
}
