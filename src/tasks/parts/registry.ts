import type { ScalarValue } from '../../experiment/paramSpec';
import { InputError } from '../../lib/errors';
import type { Task, TaskDefinition, TaskRows } from './types';

/** Every file of `tasks/` is a task; a new file is found without being named anywhere. */
const modules = import.meta.glob<TaskDefinition>('../*.ts', { eager: true, import: 'definition' });

export const taskDefinitions: readonly TaskDefinition[] = Object.values(modules);

const byName = new Map(taskDefinitions.map((definition) => [definition.name, definition]));

/** Throws `InputError` on an unknown name. */
export function findTask(name: string): TaskDefinition {
  const definition = byName.get(name);
  if (definition === undefined) throw new InputError('task', name, [...byName.keys()].join(' | '));
  return definition;
}

/** The task of that name with those parameters, and of those rows where it needs some. Throws `InputError` on an unknown name, an unknown
 * key, a bad value or bad rows. */
export function createTask(
  name: string,
  params: Readonly<Record<string, ScalarValue>> = {},
  rows: TaskRows | null = null,
): Task {
  const definition = findTask(name);
  for (const key of Object.keys(params))
    if (!definition.params.some((spec) => spec.key === key))
      throw new InputError(
        `task.params.${key}`,
        params[key],
        definition.params.map((spec) => spec.key).join(', ') || 'no parameters',
      );
  return rows === null ? definition.create(params) : definition.create(params, rows);
}
