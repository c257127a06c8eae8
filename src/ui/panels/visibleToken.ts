/** A token as one reads it: what a text does not show (spaces, line breaks, control characters) stands as a sign of its own. */

const signs: Readonly<Record<string, string>> = {
  ' ': '·',
  '\n': '↵',
  '\r': '␍',
  '\t': '⇥',
  '\u00a0': '⍽',
};

/** The shipped models' end token has a sign; those of others are shown by name. */
export function visibleToken(text: string): string {
  if (text === '<eos>') return '⏎';
  // Joiners within an emoji belong to it.
  return text.replace(/[ \n\r\t\u00a0]|[\p{Cc}\p{Zl}\p{Zp}]|(?<!\p{Emoji})\p{Cf}|\p{Cf}$/gu, (character) =>
    signOf(character),
  );
}

function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return signs[character] ?? `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
