import type { ScalarValue } from '../experiment/paramSpec';
import { InputError } from '../lib/errors';
import { createTask, taskDefinitions } from '../tasks/parts/registry';
import type { Task } from '../tasks/parts/types';
import type { Arguments, OptionSpec } from './arguments';

export const taskOptions = {
  task: { value: 'NAME', help: taskDefinitions.map(({ name }) => name).join(' or ') },
  params: { value: 'KEY=VALUE,...', help: "the task's parameters, e.g. numbers=3" },
} as const satisfies Record<string, OptionSpec>;

/** A task by name and parameters, as the experiment stores them. */
export interface TaskChoice {
  readonly name: string;
  readonly params: Readonly<Record<string, ScalarValue>>;
}

/** Reads --task and --params. Throws `InputError` on a malformed list. */
export function readTaskChoice(args: Arguments): TaskChoice {
  const pairs = args.has('params') ? args.text('params').split(',') : [];
  const params = pairs.map((pair): [string, ScalarValue] => {
    const [key, value, ...more] = pair.split('=');
    if (key === undefined || key === '' || value === undefined || value === '' || more.length > 0) {
      throw new InputError('--params', pair, 'KEY=VALUE, separated by commas');
    }
    return [key, readScalar(value)];
  });
  return { name: args.text('task'), params: Object.fromEntries(params) };
}

/** The task that --task and --params name. Throws `InputError` naming the known ones. */
export function readTask(args: Arguments): Task {
  const { name, params } = readTaskChoice(args);
  return createTask(name, params);
}

function readScalar(text: string): ScalarValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
