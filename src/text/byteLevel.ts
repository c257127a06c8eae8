/** GPT-2's spelling of bytes: tokens of a byte-level BPE are written with one printable character per byte. Printable bytes of
 * Latin-1 stand for themselves, the other 68 for the characters from U+0100 on, in their order (openai/gpt-2, src/encoder.py). */

const printable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

const characters: readonly string[] = (() => {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : 0x100 + others++));
})();

const bytes: ReadonlyMap<string, number> = new Map(characters.map((character, byte) => [character, byte]));

/** The byte that a character stands for; null for a character that stands for none. */
export function byteOfCharacter(character: string): number | null {
  return bytes.get(character) ?? null;
}

/** The character that stands for a byte, 0 to 255. */
export function characterOfByte(byte: number): string {
  return characters[byte] ?? '';
}
