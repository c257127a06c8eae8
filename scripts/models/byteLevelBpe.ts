/**
 * Byte-level byte-pair encoding, trained from a corpus: GPT-2's bytes as characters (Radford et al. 2019), Qwen2's pre-tokenisation
 * (words with the space before them, digits one by one), merges by count (Sennrich et al. 2016). Deterministic: of pairs that
 * are equally frequent the one that comes first by its texts is merged first.
 */

/** Qwen2's pattern, where digits stand alone, as tokenizer.json has it. */
export const splitPattern = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
/** The same without the group of its own flags, which not every engine reads. */
const splitter =
  /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;

export interface BytePairs {
  /** Two tokens that become one, in the order in which they were learnt: the earlier goes first. */
  readonly merges: readonly (readonly [string, string])[];
  /** Id of each token: the 256 bytes, then the merges in order. */
  readonly vocabulary: ReadonlyMap<string, number>;
}

/** Learns merges until there are `size` tokens or no pair occurs twice. `corpus`: any texts, each counted as often as it occurs. */
export function trainBytePairs(corpus: Iterable<string>, size: number): BytePairs {
  const words = countWords(corpus);
  const merges: (readonly [string, string])[] = [];
  while (byteCharacters.length + merges.length < size) {
    const pair = mostFrequentPair(words);
    if (pair === null) break;
    merges.push(pair);
    for (const word of words) word.tokens = mergePair(word.tokens, pair);
  }
  const tokens = [...byteCharacters, ...merges.map((pair) => pair.join(''))];
  return { merges, vocabulary: new Map(tokens.map((token, id) => [token, id])) };
}

/** Token ids of a text. */
export function encodeBytePairs({ merges, vocabulary }: BytePairs, text: string): number[] {
  const ranks = new Map(merges.map((pair, rank) => [pair.join(' '), rank]));
  return piecesOf(text).flatMap((piece) => {
    let tokens = bytesAsCharacters(piece);
    for (;;) {
      const pair = earliestPair(tokens, ranks);
      if (pair === null) break;
      tokens = mergePair(tokens, pair);
    }
    return tokens.map((token) => vocabulary.get(token) ?? 0);
  });
}

interface Word {
  tokens: string[];
  readonly count: number;
}

function countWords(corpus: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of corpus) for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return [...counts].map(([piece, count]) => ({ tokens: bytesAsCharacters(piece), count }));
}

/** A pair that occurs once is no pattern. */
const fewestOccurrences = 2;

function mostFrequentPair(words: readonly Word[]): readonly [string, string] | null {
  const counts = new Map<string, { readonly pair: readonly [string, string]; count: number }>();
  for (const { tokens, count } of words)
    tokens.forEach((left, index) => {
      const right = tokens[index + 1];
      if (right === undefined) return;
      // No token has a space in it: bytes are spelt with other characters.
      const key = `${left} ${right}`;
      const seen = counts.get(key);
      if (seen === undefined) counts.set(key, { pair: [left, right], count });
      else seen.count += count;
    });
  const [best] = [...counts]
    .filter(([, { count }]) => count >= fewestOccurrences)
    .sort(([a, { count: ofA }], [b, { count: ofB }]) => ofB - ofA || (a < b ? -1 : 1));
  return best?.[1].pair ?? null;
}

function earliestPair(tokens: readonly string[], ranks: ReadonlyMap<string, number>): readonly [string, string] | null {
  let best: readonly [string, string] | null = null;
  let lowest = Infinity;
  tokens.forEach((left, index) => {
    const right = tokens[index + 1];
    const rank = right === undefined ? undefined : ranks.get(`${left} ${right}`);
    if (right === undefined || rank === undefined || rank >= lowest) return;
    best = [left, right];
    lowest = rank;
  });
  return best;
}

/** Every occurrence of the pair as one token, from the left. */
function mergePair(tokens: readonly string[], [left, right]: readonly [string, string]): string[] {
  const merged: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const joins = token === left && tokens[index + 1] === right;
    merged.push(joins ? left + right : token);
    if (joins) index += 1;
  }
  return merged;
}

function piecesOf(text: string): string[] {
  return text.match(splitter) ?? [];
}

/** GPT-2's spelling of bytes: printable ones as themselves, the others as characters from U+0100 on. */
const characterOfByte = spellBytes();
/** In the order of their ids: printable bytes first, as in GPT-2's vocabulary. */
const byteCharacters = [...characterOfByte].sort();

function spellBytes(): string[] {
  const isPrintable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

function bytesAsCharacters(text: string): string[] {
  return Array.from(new TextEncoder().encode(text), (byte) => characterOfByte[byte] ?? '');
}
