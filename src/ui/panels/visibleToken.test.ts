import { expect, it } from 'vitest';
import { visibleToken } from './visibleToken';

it.each([
  ['<eos>', '⏎'],
  [' the', '·the'],
  ['\n\n', '↵↵'],
  ['\r\n\t', '␍↵⇥'],
  ['\u00a0x', '⍽x'],
  ['\u0000', '⟨U+0000⟩'],
  ['\u202eabc', '⟨U+202E⟩abc'],
  ['👩‍👧', '👩‍👧'],
  ['\u200d', '⟨U+200D⟩'],
  ['⟨E2⟩⟨80⟩', '⟨E2⟩⟨80⟩'],
  ['<|im_end|>', '<|im_end|>'],
  ['日本', '日本'],
])('%j is shown as %s', (text, shown) => {
  expect(visibleToken(text)).toBe(shown);
});
