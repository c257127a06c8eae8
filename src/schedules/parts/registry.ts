import type { Scheduled } from '../../experiment/types';
import { byOrder } from '../../lib/byOrder';
import { InputError } from '../../lib/errors';
import { invariant } from '../../lib/invariant';
import type { ScheduleContext, ScheduleDefinition } from './types';

/** Every file of `schedules/` is one kind of curve; a new file is found without being named anywhere. */
const modules = import.meta.glob<ScheduleDefinition>('../*.ts', { eager: true, import: 'definition' });

export const schedules: readonly ScheduleDefinition[] = Object.values(modules).sort(byOrder);

const byKind = new Map(schedules.map((definition) => [definition.kind, definition]));

/** The kind that a plain number stands for, as its definition says by `plain`. */
export const plainSchedule = one(({ plain }) => plain !== undefined);

/** The kind that is made of knots: what any other turns into when it is bent by hand. */
export const freeSchedule = one(({ params }) => params.some(({ kind }) => kind === 'knots'));

function one(is: (definition: ScheduleDefinition) => boolean): ScheduleDefinition {
  const found = schedules.find(is);
  invariant(found, 'schedules/ has a kind for plain numbers and one of knots');
  return found;
}

/** The definition of a kind, or null. */
export function findSchedule(kind: string): ScheduleDefinition | null {
  return byKind.get(kind) ?? null;
}

/** Value of a scheduled quantity at the context's step; a plain number is itself. Throws `InputError` on an unknown kind or bad parameters. */
export function evaluateSchedule(scheduled: Scheduled, context: ScheduleContext): number {
  if (typeof scheduled === 'number') return scheduled;
  const definition = byKind.get(scheduled.kind);
  if (definition === undefined) throw new InputError('kind', scheduled.kind, [...byKind.keys()].join(' | '));
  return definition.evaluate(scheduled, context);
}
