import type { Scheduled } from '../../experiment/types';
import { InputError } from '../../lib/errors';
import type { ScheduleContext, ScheduleDefinition } from './types';

/** Every file of `schedules/` is one kind of curve; a new file is found without being named anywhere. */
const modules = import.meta.glob<ScheduleDefinition>('../*.ts', { eager: true, import: 'definition' });

export const schedules: readonly ScheduleDefinition[] = Object.values(modules);

const byKind = new Map(schedules.map((definition) => [definition.kind, definition]));

/** Value of a scheduled quantity at the context's step; a plain number is itself. Throws `InputError` on an unknown kind or bad parameters. */
export function evaluateSchedule(scheduled: Scheduled, context: ScheduleContext): number {
  if (typeof scheduled === 'number') return scheduled;
  const definition = byKind.get(scheduled.kind);
  if (definition === undefined) throw new InputError('kind', scheduled.kind, [...byKind.keys()].join(' | '));
  return definition.evaluate(scheduled, context);
}
