import type { TextCodec } from './rollouts';

/** A codec for tests that spells character by character. */
export function spellingCodec(
  spell: (text: string) => readonly number[],
  decode: (ids: readonly number[]) => string,
): TextCodec {
  const encode = async (texts: readonly string[]) => texts.map(spell);
  return { encode, encodePrompts: encode, decode, spell };
}
