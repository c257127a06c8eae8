/** What a text worker does: Hugging Face's own implementation of tokenizers and of chat templates. Loaded in such a worker only. */
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { oneLine } from '../lib/errors';
import { failure, success } from '../lib/result';
import type { TextQuestion, TextReply, TextRequest, TokenizerFiles } from './encoder';

/** Answers requests in order. Never throws. */
export function createTextWork(): (request: TextRequest) => TextReply {
  let tokenizer: PreTrainedTokenizer | null = null;
  return ({ files, question }) => {
    try {
      if (files !== undefined) tokenizer = openTokenizer(files);
      return tokenizer === null ? failure('it was given no tokenizer') : success(answer(tokenizer, question));
    } catch (error) {
      return failure(oneLine(error instanceof Error ? error.message : String(error), 300));
    }
  };
}

/** Throws where the implementation cannot read the files. */
export function openTokenizer({ tokenizerJson, tokenizerConfigJson }: TokenizerFiles): PreTrainedTokenizer {
  const config = tokenizerConfigJson === null ? {} : (JSON.parse(tokenizerConfigJson) as Record<string, unknown>);
  // Special tokens may be objects there; the implementation wants their texts.
  const plain = Object.entries(config).map(([key, value]) => [key, key.endsWith('_token') ? readToken(value) : value]);
  return new PreTrainedTokenizer(JSON.parse(tokenizerJson) as object, Object.fromEntries(plain) as object);
}

function answer(tokenizer: PreTrainedTokenizer, question: TextQuestion) {
  switch (question.kind) {
    case 'encode':
      return {
        kind: question.kind,
        ids: question.texts.map((text) => tokenizer.encode(text, { add_special_tokens: question.begin })),
      };
    case 'chat':
      if (tokenizer.chat_template === null) throw new Error('this model has no chat template');
      return {
        kind: question.kind,
        texts: question.chats.map((chat) =>
          tokenizer.apply_chat_template([...chat], { tokenize: false, add_generation_prompt: true }),
        ),
      };
    default:
      return question satisfies never;
  }
}

/** A token in tokenizer_config.json is its text, or an object that holds it. */
export function readToken(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'content') : null;
  return typeof content === 'string' ? content : null;
}
