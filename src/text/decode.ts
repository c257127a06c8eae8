/** Token ids to text. Characters that several tokens spell together appear when the last of them has come. Spaces before punctuation are
 * left as the model wrote them (transformers' `clean_up_tokenization_spaces` takes some away, and so changes what is graded). */
import type { TokenTable } from './tokenTable';

/** Takes tokens one by one; never breaks a character. */
export interface TextStream {
  /** The text that this token completes, possibly none. */
  push(id: number): string;
  /** What is left of a character that was never finished, as U+FFFD. */
  end(): string;
}

export interface DecodeOptions {
  /** Special tokens are left out unless this is set. */
  readonly special?: boolean;
}

export function createTextStream(table: TokenTable, { special = false }: DecodeOptions = {}): TextStream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let spacesLeft = table.leadingSpaces;
  /** Without the spaces that a decoder takes from the start of a text. */
  const begun = (text: string): string => {
    let from = 0;
    while (spacesLeft > 0 && text[from] === ' ') {
      from += 1;
      spacesLeft -= 1;
    }
    if (from < text.length) spacesLeft = 0;
    return text.slice(from);
  };
  return {
    push: (id) => (table.isSpecial(id) && !special ? '' : begun(decoder.decode(table.bytes(id), { stream: true }))),
    end: () => begun(decoder.decode()),
  };
}

/** The text of a whole sequence. */
export function decodeTokens(table: TokenTable, ids: readonly number[], options: DecodeOptions = {}): string {
  const stream = createTextStream(table, options);
  return ids.map((id) => stream.push(id)).join('') + stream.end();
}

/** One token for showing: its text, special ones included; of a part of a character its bytes, as `⟨E2⟩⟨80⟩`. */
export function tokenText(table: TokenTable, id: number): string {
  const bytes = table.bytes(id);
  return wholeText(bytes) ?? bytesText(bytes);
}

/** The tokens of an answer for showing: a character that several tokens spell stands at the last of them, the others show their bytes. */
export function tokenTexts(table: TokenTable, ids: readonly number[]): string[] {
  let parts = new TextDecoder('utf-8', { ignoreBOM: true });
  return ids.map((id) => {
    const bytes = table.bytes(id);
    const whole = wholeText(bytes);
    if (whole !== null) {
      parts = new TextDecoder('utf-8', { ignoreBOM: true });
      return whole;
    }
    const completed = parts.decode(bytes, { stream: true });
    return completed === '' || completed.includes('\ufffd') ? bytesText(bytes) : completed;
  });
}

/** Null where the bytes are no whole characters. */
function wholeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function bytesText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `⟨${byte.toString(16).toUpperCase().padStart(2, '0')}⟩`).join('');
}
