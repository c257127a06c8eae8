import { PreTrainedTokenizer } from '@huggingface/transformers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCharacterTokenizer } from './characterTokenizer';
import { directPort } from '../text/directPort.fixture';
import { noEncoder } from '../text/noEncoder.fixture';
import { loadTokenizer } from './tokenizer';

const alphabet = '0123456789+-*=:';
const files = createCharacterTokenizer(alphabet);
const load = () => loadTokenizer(files.tokenizerJson, files.tokenizerConfigJson, noEncoder);

describe('a character tokenizer', () => {
  it('gives the end token id 0 and the alphabet the ids that follow', async () => {
    const tokenizer = load();
    expect(tokenizer.vocabularySize).toBe(16);
    expect(tokenizer.eosTokenId).toBe(0);
    expect(tokenizer.spell?.('3488=21:')).toEqual([4, 5, 9, 9, 14, 3, 2, 15]);
    expect(await tokenizer.encode(['34', '8'])).toEqual([[4, 5], [9]]);
    expect(tokenizer.decode([4, 11, 5, 0])).toBe('3+4');
    expect(tokenizer.tokenText(0)).toBe('<eos>');
  });

  it('refuses a character that it does not have, by name', async () => {
    const tokenizer = load();
    await expect(tokenizer.encode(['1/2'])).rejects.toThrow(
      'text: "/" is not allowed; allowed: the characters 0123456789+-*=:',
    );
  });

  it('is read alike by the Hugging Face implementation', () => {
    const ours = load();
    const theirs = new PreTrainedTokenizer(
      JSON.parse(files.tokenizerJson) as object,
      JSON.parse(files.tokenizerConfigJson) as object,
    );
    const text = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, (written) => {
        const ids = [...(ours.spell?.(written) ?? [])];
        expect(theirs.encode(written)).toEqual(ids);
        expect(theirs.decode([...ids, 0], { skip_special_tokens: true })).toBe(ours.decode([...ids, 0]));
        expect(ours.decode(ids)).toBe(written);
      }),
    );
  });
});

describe('any other tokenizer', () => {
  const json = {
    version: '1.0',
    added_tokens: [
      { id: 4, content: '</s>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    ],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', unk_token: null, vocab: { a: 0, b: 1, ab: 2, c: 3 }, merges: [['a', 'b']] },
  };

  it('goes to the Hugging Face implementation', async () => {
    const config = JSON.stringify({ eos_token: { content: '</s>' } });
    const tokenizer = loadTokenizer(JSON.stringify(json), config, directPort);
    expect(await tokenizer.encode(['abcab'])).toEqual([[2, 3, 2]]);
    expect(tokenizer.decode([2, 3, 4])).toBe('abc');
    expect(tokenizer.vocabularySize).toBe(5);
    expect(tokenizer.eosTokenId).toBe(4);
  });

  it.each(['', '[]', '<!doctype html>', '{"model":{"type":"Nonsense"}}', '{}'])('refuses %j', (text) => {
    expect(() => loadTokenizer(text, null, noEncoder)).toThrow(/^tokenizer\.json: [^\n]*$/);
  });

  it('refuses a text with a character that it would drop in silence', async () => {
    const tokenizer = loadTokenizer(JSON.stringify(json), null, directPort);
    await expect(tokenizer.encode(['abx'])).rejects.toThrow('text: "x" is not allowed');
  });

  it.each([[null], [{ type: 'WordPiece' }], [{ type: 'Sequence', decoders: [{ type: 'CTC' }] }]])(
    'refuses the decoder %j by name',
    (decoder) => {
      const load = () => loadTokenizer(JSON.stringify({ ...json, decoder }), null, noEncoder);
      expect(load).toThrow(/^tokenizer\.json: (it names no decoder|the decoder .* is not read here)$/);
    },
  );
});
