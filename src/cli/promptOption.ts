/** --prompt, --instruction and --system: how a problem is put to the model. */
import { findField } from '../experiment/fields';
import type { Experiment, PromptFormat } from '../experiment/types';
import type { Arguments, OptionSpec } from './arguments';

const field = findField('prompt.format');
const formats: readonly string[] = field?.kind === 'choice' ? field.options.map(({ value }) => value) : [];

export const promptOptions = {
  prompt: { value: 'FORMAT', help: `${formats.join(', ')} (plain)` },
  instruction: { value: 'TEXT', help: 'follows every problem, in plain prompts and in chats' },
  system: { value: 'TEXT', help: 'begins a chat' },
} as const satisfies Record<string, OptionSpec>;

/** In place of what an experiment has. Throws `InputError` on an unknown format. */
export function readPrompt(args: Arguments, given: Experiment['prompt']): Experiment['prompt'] {
  return {
    format: args.choice('prompt', formats, given.format) as PromptFormat,
    instruction: args.has('instruction') ? args.text('instruction') : given.instruction,
    system: args.has('system') ? args.text('system') : given.system,
  };
}
