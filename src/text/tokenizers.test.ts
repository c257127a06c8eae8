import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../model/tokenizer';
import { createTextStream } from './decode';
import { directPort } from './directPort.fixture';
import type { ChatMessage } from './encoder';
import { openTokenizer } from './textWork';
import { readTokenTable, type TokenTable } from './tokenTable';
import { awkwardTexts, llamaLike, piecesLike, qwenLike, smolLike } from './tokenizers.fixture';

const families = [
  ['Qwen', qwenLike()],
  ['Llama 3', llamaLike()],
  ['SmolLM', smolLike()],
  ['Llama 2', piecesLike()],
] as const;

describe.each(families)('a tokenizer like that of %s', (name, files) => {
  const theirs = openTokenizer(files);
  const ours = loadTokenizer(files.tokenizerJson, files.tokenizerConfigJson, directPort);
  const parsed = readTokenTable(JSON.parse(files.tokenizerJson) as Record<string, unknown>);
  const table: TokenTable = parsed.ok ? parsed.value : expect.unreachable(parsed.reason);

  it('gives the ids of @huggingface/transformers, with and without the tokens that begin a text', async () => {
    for (const begin of [false, true]) {
      const ids = awkwardTexts.map((text) => theirs.encode(text, { add_special_tokens: begin }));
      expect(await ours.encode(awkwardTexts, begin)).toEqual(ids);
    }
    if (name === 'Llama 3') {
      const [[first]] = (await ours.encode(['x'], true)) as [number[]];
      expect(ours.tokenText(first ?? -1)).toBe('<|begin_of_text|>');
    }
  });

  it('decodes as it does, spaces before punctuation left alone', async () => {
    const all = await ours.encode(awkwardTexts);
    for (const ids of all) {
      const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
      const expected = ids.length === 0 ? '' : theirs.decode([...ids], options);
      expect(ours.decode(ids)).toBe(expected);
    }
  });

  it('decodes any ids as it does, whole characters or not', () => {
    const sequence = fc.array(fc.nat(ours.vocabularySize - 1), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sequence, (ids) => {
        const kept = ids.filter((id) => !table.isSpecial(id));
        if (kept.length === 0) return;
        expect(ours.decode(ids)).toBe(theirs.decode(kept, { clean_up_tokenization_spaces: false }));
      }),
      { numRuns: 300 },
    );
  });

  it('streams text that never breaks a character', async () => {
    const whole = awkwardTexts.filter((text) => !/\p{Cs}/u.test(text));
    for (const [index, ids] of (await ours.encode(whole)).entries()) {
      const stream = createTextStream(table);
      const pieces = ids.map((id) => stream.push(id));
      expect(pieces.join('') + stream.end()).toBe(ours.decode(ids));
      const own = whole[index] ?? '';
      if (!own.includes('\ufffd')) for (const piece of pieces) expect(piece).not.toContain('\ufffd');
    }
  });

  it('knows its end token, and as many ids as it has', () => {
    expect(ours.eosTokenId).toBe(theirs.eos_token_id);
    expect(ours.vocabularySize).toBe(1 + Math.max(...theirs.get_vocab().values()));
    expect(ours.spell).toBeNull();
  });
});

describe.each(families.slice(0, 3))('chats by the template of %s', (_, files) => {
  it('are those of @huggingface/transformers, as text and as ids', async () => {
    const theirs = openTokenizer(files);
    const ours = loadTokenizer(files.tokenizerJson, files.tokenizerConfigJson, directPort);
    const chats = awkwardTexts.flatMap((text): ChatMessage[][] => [
      [{ role: 'user', content: text }],
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: text },
      ],
    ]);
    const options = { add_generation_prompt: true } as const;
    const rendered = await ours.renderChats(chats);
    expect(rendered).toEqual(chats.map((chat) => theirs.apply_chat_template(chat, { ...options, tokenize: false })));
    const ids = chats.map((chat) =>
      theirs.apply_chat_template(chat, { ...options, return_tensor: false, return_dict: false }),
    );
    expect(await ours.encode(rendered)).toEqual(ids);
  });
});

it('shows the tokens of a character at the last of them, and the bytes of the others', async () => {
  const { tokenizerJson, tokenizerConfigJson } = qwenLike();
  const tokenizer = loadTokenizer(tokenizerJson, tokenizerConfigJson, directPort);
  const [ids = []] = await tokenizer.encode(['👍!']);
  expect(tokenizer.tokenTexts(ids)).toEqual(['⟨F0⟩⟨9F⟩', '⟨91⟩', '👍', '!']);
  expect(ids.map((id) => tokenizer.tokenText(id))).toEqual(['⟨F0⟩⟨9F⟩', '⟨91⟩', '⟨8D⟩', '!']);
});
