/** A box of a response: \boxed{...} or \fbox{...}. */
export interface Box {
  readonly content: string;
  /** Where the command starts, and where the text goes on. */
  readonly start: number;
  readonly end: number;
}

/** The boxes from the last one backwards that belong together: nothing but a few words with "and", "or" or a comma
 * between them. In order of the text; empty when there is no box with an end. Linear. */
export function lastBoxes(text: string): readonly Box[] {
  const boxes: Box[] = [];
  // A box that no brace closes is cut off, and says nothing.
  for (let before = text.length, tried = 0; before > 0 && tried < maxBoxes; tried++) {
    const start = lastCommand(text, before);
    if (start < 0) break;
    const box = readBox(text, start);
    const next = boxes[0];
    if (box !== null && next !== undefined && (box.end > next.start || !joins(text.slice(box.end, next.start)))) break;
    if (box !== null) boxes.unshift(box);
    else if (next !== undefined) break;
    before = start;
  }
  return boxes;
}

/** Commands looked at, from the end. */
const maxBoxes = 50;
/** Longest text between two boxes that are one answer, characters. */
const longestGap = 40;

function lastCommand(text: string, before: number): number {
  const boxed = text.lastIndexOf('\\boxed', before - 1);
  const framed = text.lastIndexOf('\\fbox', before - 1);
  return Math.max(boxed, framed);
}

function readBox(text: string, start: number): Box | null {
  let at = start + (text.startsWith('\\fbox', start) ? 5 : 6);
  while (text.charAt(at) === ' ' || text.charAt(at) === '\n') at++;
  if (text.charAt(at) !== '{') {
    // \boxed 2: TeX takes the next token; a number is meant whole.
    const match = /^-?[\w.]+/.exec(text.slice(at, at + 30));
    return match === null ? null : { content: match[0].replace(/\.$/, ''), start, end: at + match[0].length };
  }
  const close = closingBrace(text, at);
  return close === null ? null : { content: text.slice(at + 1, close), start, end: close + 1 };
}

/** Where the brace that opens at `open` closes; null when it never does within `longestBox`. */
function closingBrace(text: string, open: number): number | null {
  let depth = 0;
  const last = Math.min(text.length, open + longestBox);
  for (let at = open; at < last; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return at;
  }
  return null;
}

const longestBox = 20_000;

/** Whether what stands between two boxes makes them one list: a comma, "and", "or", a name, or nothing. */
function joins(gap: string): boolean {
  if (gap.length > longestGap || /[\n.][\s\S]*[a-z]{4}/i.test(gap)) return false;
  const words = gap.replace(/\\(?:text|quad|qquad|mbox|\(|\)|\[|\]|,|;|!| )|[${}\\]/g, ' ').trim();
  return words === '' || /^(?:[a-z]+\s+){0,2}(?:,|;|and\b|or\b)(?:\s*[a-z]\w*){0,2}[^a-z]*$/i.test(words);
}
