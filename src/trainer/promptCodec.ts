/** A tokenizer as a run uses it: problems become prompts in the format that the experiment names. */
import type { PromptSpec } from '../experiment/types';
import { InputError } from '../lib/errors';
import { at } from '../lib/invariant';
import type { Tokenizer } from '../model/tokenizer';
import { endTokens, neededTokens, preparePrompt } from '../text/promptFormat';
import type { TextCodec } from './rollouts';

type PromptTokenizer = Pick<Tokenizer, 'encode' | 'decode' | 'spell' | 'renderChats' | 'idOf'>;

/** Problems as they are. */
export const plainPrompts: PromptSpec = { format: 'plain', instruction: '', system: '' };

/** Throws `InputError` on a format that the tokenizer has no tokens for. */
export function promptCodec(tokenizer: PromptTokenizer, prompt: PromptSpec): TextCodec {
  const missing = neededTokens(prompt.format).find((token) => tokenizer.idOf(token) === null);
  if (missing !== undefined)
    throw new InputError('prompt.format', prompt.format, `a format of this model: its tokenizer has no ${missing}`);
  const { spell } = tokenizer;
  const asIs = prompt.format === 'plain' && prompt.instruction === '';
  return {
    encode: (texts) => tokenizer.encode(texts),
    decode: (ids) => tokenizer.decode(ids),
    spell: spell !== null && asIs ? spell : null,
    encodePrompts: (problems) => encodePrompts(tokenizer, problems, prompt),
  };
}

/** Ids that end an answer in a format, beside those that the model's files name. */
export function formatEnds(tokenizer: Pick<Tokenizer, 'idOf'>, { format }: PromptSpec): readonly number[] {
  return endTokens(format).flatMap((token) => tokenizer.idOf(token) ?? []);
}

async function encodePrompts(
  tokenizer: PromptTokenizer,
  problems: readonly string[],
  prompt: PromptSpec,
): Promise<readonly (readonly number[])[]> {
  const prepared = problems.map((problem) => preparePrompt(problem, prompt));
  const chats = prepared.flatMap((one) => (one.kind === 'chat' ? [one.messages] : []));
  const rendered = chats.length === 0 ? [] : await tokenizer.renderChats(chats);
  let chat = 0;
  const texts = prepared.map((one) => (one.kind === 'chat' ? at(rendered, chat++) : one.text));
  // One format has one way to begin.
  const begin = prepared.some((one) => one.kind === 'text' && one.begin);
  const ids = await tokenizer.encode(texts, begin);
  const empty = ids.findIndex((prompt) => prompt.length === 0);
  if (empty >= 0) throw new InputError('prompt', problems[empty], 'a problem with at least one token');
  return ids;
}
