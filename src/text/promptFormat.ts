/**
 * How a problem is put to a model. The two formats of the papers are written out, so that they do not depend on a model's files: ChatML as
 * Qwen2.5-Math and Qwen3 were prompted in RLVR-Decomposed (arXiv 2506.01347), for Qwen3 in non-thinking mode, with an empty think block
 * after the assistant's header.
 */
import type { PromptFormat, PromptSpec } from '../experiment/types';
import type { ChatMessage } from './encoder';

export type PreparedPrompt =
  /** Encoded as it is; `begin`: with the tokens that begin a text. */
  | { readonly kind: 'text'; readonly text: string; readonly begin: boolean }
  /** To be rendered by the model's own template first. */
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] };

const papersSystem = 'You are a helpful assistant.';
const papersInstruction = 'Please reason step by step, and put your final answer within \\boxed{}.';

/** Ends a turn of ChatML: a model that is asked in that format may end its answer with it. */
const chatMlEnd = '<|im_end|>';

/** Special tokens that a format is made of: a model without them cannot be asked in it. */
export function neededTokens(format: PromptFormat): readonly string[] {
  return isChatMl(format) ? ['<|im_start|>', chatMlEnd] : [];
}

/** Tokens that end an answer, beside those that the model's files name. */
export function endTokens(format: PromptFormat): readonly string[] {
  return isChatMl(format) ? [chatMlEnd] : [];
}

export function preparePrompt(problem: string, { format, instruction, system }: PromptSpec): PreparedPrompt {
  switch (format) {
    case 'plain':
      return { kind: 'text', text: withInstruction(problem, instruction), begin: true };
    case 'boxed':
      return { kind: 'text', text: withInstruction(problem, papersInstruction), begin: true };
    case 'qwen-math':
      return { kind: 'text', text: chatMl(problem), begin: false };
    case 'qwen3':
      return { kind: 'text', text: `${chatMl(problem)}<think>\n\n</think>\n\n`, begin: false };
    case 'chat': {
      const user: ChatMessage = { role: 'user', content: withInstruction(problem, instruction) };
      return { kind: 'chat', messages: system === '' ? [user] : [{ role: 'system', content: system }, user] };
    }
    default:
      return format satisfies never;
  }
}

const isChatMl = (format: PromptFormat): boolean => format === 'qwen-math' || format === 'qwen3';

const withInstruction = (problem: string, instruction: string): string =>
  instruction === '' ? problem : `${problem} ${instruction}`;

function chatMl(problem: string): string {
  const user = withInstruction(problem, papersInstruction);
  return `<|im_start|>system\n${papersSystem}${chatMlEnd}\n<|im_start|>user\n${user}${chatMlEnd}\n<|im_start|>assistant\n`;
}
