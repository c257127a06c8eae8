/** Tokenizer files for tests, in the shape of those of three families of models and of Llama 2, with small vocabularies: normalizer, pattern,
 * pre-tokenizer, post-processor and decoder are those of the family's files, the merges are ours. */
import { characterOfByte } from './byteLevel';
import type { TokenizerFiles } from './encoder';

/** Words whose merges the vocabularies hold, so that ids are not bytes alone. */
const words = [
  'the',
  ' the',
  ' sum',
  'answer',
  ' is',
  '12',
  ' =',
  '\n\n',
  'bag',
  ' bags',
  ' apples',
  'é',
  ' 日',
  '😀',
  'frac',
];

const utf8 = new TextEncoder();
const spelled = (text: string): string[] => Array.from(utf8.encode(text), characterOfByte);

/** A vocabulary of all bytes and of the prefixes of the words, with the merges that make them, in order. */
function byteBpe(): { readonly vocab: Record<string, number>; readonly merges: [string, string][] } {
  const vocab = new Map(Array.from({ length: 256 }, (_, byte) => [characterOfByte(byte), byte]));
  const merges: [string, string][] = [];
  for (const word of words) {
    const [first = '', ...rest] = spelled(word);
    rest.reduce((left, right) => {
      const merged = left + right;
      if (!vocab.has(merged)) {
        vocab.set(merged, vocab.size);
        merges.push([left, right]);
      }
      return merged;
    }, first);
  }
  return { vocab: Object.fromEntries(vocab), merges };
}

const specialToken = (id: number, content: string, special = true) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special,
});

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
const model = (bpe: ReturnType<typeof byteBpe>, change: object = {}) => ({
  type: 'BPE',
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
  ...bpe,
  ...change,
});

const qwenPattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const llamaPattern = qwenPattern.replace('|\\p{N}|', '|\\p{N}{1,3}|');
const split = (pattern: string) => ({
  type: 'Sequence',
  pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, byteLevel],
});

const chatMl =
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const llamaChat =
  "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

const files = (json: object, config: object): TokenizerFiles => ({
  tokenizerJson: JSON.stringify({ version: '1.0', truncation: null, padding: null, ...json }),
  tokenizerConfigJson: JSON.stringify(config),
});

/** Qwen2.5 and Qwen3: NFC, one digit per token, ChatML, an end of text and an end of turn. */
export function qwenLike(): TokenizerFiles {
  const bpe = byteBpe();
  const size = Object.keys(bpe.vocab).length;
  return files(
    {
      added_tokens: [
        specialToken(size, '<|endoftext|>'),
        specialToken(size + 1, '<|im_start|>'),
        specialToken(size + 2, '<|im_end|>'),
        specialToken(size + 3, '<think>', false),
      ],
      normalizer: { type: 'NFC' },
      pre_tokenizer: split(qwenPattern),
      post_processor: { ...byteLevel, trim_offsets: false },
      decoder: byteLevel,
      model: model(bpe),
    },
    {
      tokenizer_class: 'Qwen2Tokenizer',
      bos_token: null,
      eos_token: '<|im_end|>',
      pad_token: '<|endoftext|>',
      add_bos_token: false,
      clean_up_tokenization_spaces: false,
      chat_template: chatMl,
    },
  );
}

/** Llama 3: up to three digits per token, a token that begins every text. */
export function llamaLike(): TokenizerFiles {
  const bpe = byteBpe();
  const size = Object.keys(bpe.vocab).length;
  const begin = '<|begin_of_text|>';
  const names = [begin, '<|end_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'];
  const single = [{ SpecialToken: { id: begin, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
  return files(
    {
      added_tokens: names.map((name, index) => specialToken(size + index, name)),
      normalizer: null,
      pre_tokenizer: split(llamaPattern),
      post_processor: {
        type: 'Sequence',
        processors: [
          byteLevel,
          {
            type: 'TemplateProcessing',
            single,
            pair: [...single, ...single],
            special_tokens: { [begin]: { id: begin, ids: [size], tokens: [begin] } },
          },
        ],
      },
      decoder: { ...byteLevel, add_prefix_space: true, use_regex: true },
      model: model(bpe, { ignore_merges: true }),
    },
    {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: begin,
      eos_token: { content: '<|eot_id|>' },
      clean_up_tokenization_spaces: true,
      chat_template: llamaChat,
    },
  );
}

/** SmolLM2: digits one by one, then GPT-2's own pattern. */
export function smolLike(): TokenizerFiles {
  const bpe = byteBpe();
  const size = Object.keys(bpe.vocab).length;
  return files(
    {
      added_tokens: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'].map((name, index) =>
        specialToken(size + index, name),
      ),
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Digits', individual_digits: true },
          { ...byteLevel, use_regex: true },
        ],
      },
      post_processor: null,
      decoder: { ...byteLevel, add_prefix_space: true, use_regex: true },
      model: model(bpe),
    },
    {
      tokenizer_class: 'GPT2Tokenizer',
      bos_token: '<|im_start|>',
      eos_token: '<|im_end|>',
      unk_token: '<|endoftext|>',
      add_prefix_space: false,
      clean_up_tokenization_spaces: false,
      chat_template: chatMl,
    },
  );
}

/** Llama 2 and its small cousins: spaces written as marks, bytes as `<0x0A>` for what has no piece. */
export function piecesLike(): TokenizerFiles {
  const pieces = ['▁', ...'abcdefghijklmnopqrstuvwxyz0123456789=.,', '▁t', 'he', '▁the', 'bag', '▁is'];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces, 'ba'];
  const single = [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
  return files(
    {
      added_tokens: ['<unk>', '<s>', '</s>'].map((name, id) => specialToken(id, name)),
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: {
        type: 'TemplateProcessing',
        single,
        pair: [...single, ...single],
        special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        ...model({
          vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
          merges: [
            ['▁', 't'],
            ['h', 'e'],
            ['▁t', 'he'],
            ['b', 'a'],
            ['ba', 'g'],
            ['▁', 'is'],
          ],
        }),
        unk_token: '<unk>',
        fuse_unk: true,
        byte_fallback: true,
      },
    },
    { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
  );
}

/** Texts that tokenizers were seen to stumble over. */
export const awkwardTexts: readonly string[] = [
  'the answer is 12',
  ' the sum of the bags',
  '   leading and   inner    spaces  ',
  'first\r\nsecond\r\n\r\nthird\n\n\n',
  '\t\ttabs\tand\u00a0no-break\u00a0spaces\u2009thin',
  '12345678901234567890 1,234.50 3/4',
  'naïve café, e\u0301 decomposed, Å and Å',
  '日本語のテキスト 中文 한국어',
  'مرحبا بالعالم שלום',
  '😀👩‍👩‍👧‍👦🏳️‍🌈👍🏽 emoji',
  'half a pair \ud83d and \ude00 alone',
  "it's we'll THEY'RE don't",
  '\\frac{1}{2} \\boxed{\\sqrt{3}} $x^2$',
  '<|im_end|> <|endoftext|> <think> </s> <unk>',
  "a . b ! c , d ? n't",
  '\u0000\u0007\u200b\u202e\ufeff control',
  'x',
  ' ',
  `${'the answer is 12. '.repeat(560)}end`,
];
