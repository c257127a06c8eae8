/** The files of a byte-level BPE tokenizer as the hub has them, in the layout of Qwen2's. */
import { splitPattern, type BytePairs } from './byteLevelBpe.ts';

/** Ends an answer, and pads. */
export const endOfText = '<|endoftext|>';

/** One message is a prompt as it stands, the model's answer what follows: it never saw roles. */
const chatTemplate = `{%- for message in messages -%}
{{- message['content'] -}}
{%- if message['role'] == 'assistant' -%}{{- '${endOfText}' -}}{%- endif -%}
{%- endfor -%}`;

/** tokenizer.json, tokenizer_config.json and generation_config.json, by name. The end token is the last id. `modelMaxLength`: tokens. */
export function tokenizerFiles({ merges, vocabulary }: BytePairs, modelMaxLength: number): Map<string, string> {
  const end = vocabulary.size;
  const addedToken = {
    content: endOfText,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id: end, ...addedToken }],
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary),
      merges: merges.map((pair) => pair.join(' ')),
    },
  };
  const config = {
    add_prefix_space: false,
    added_tokens_decoder: { [end]: addedToken },
    bos_token: null,
    chat_template: chatTemplate,
    clean_up_tokenization_spaces: false,
    eos_token: endOfText,
    errors: 'replace',
    model_max_length: modelMaxLength,
    pad_token: endOfText,
    split_special_tokens: false,
    tokenizer_class: 'Qwen2Tokenizer',
    unk_token: null,
  };
  const generation = { do_sample: true, eos_token_id: end, pad_token_id: end, temperature: 1, top_k: 0, top_p: 1 };
  return new Map(
    Object.entries({ tokenizer, tokenizer_config: config, generation_config: generation }).map(([name, json]) => [
      `${name}.json`,
      `${JSON.stringify(json, null, 1)}\n`,
    ]),
  );
}
