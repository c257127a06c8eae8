/** What differs between two experiments, in words a person can read. */
import { findMapping } from '../../confidence/parts/registry';
import type { Catalogue, PresetEntry } from '../../experiment/catalogue';
import { diffExperiment } from '../../experiment/diff';
import { findField } from '../../experiment/fields';
import type { ActsWhen, ParamSpec } from '../../experiment/paramSpec';
import { getField } from '../../experiment/paths';
import type { Experiment } from '../../experiment/types';
import { findSchedule } from '../../schedules/parts/registry';

export interface FieldChange {
  readonly path: string;
  readonly label: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly acts: ActsWhen;
}

/** Names decide nothing, so they count as no change; recorded edits are told apart from fields. */
const silent = new Set(['objective.name', 'edits']);

export function changedFields(before: Experiment, after: Experiment): FieldChange[] {
  return diffExperiment(before, after).flatMap(({ path, value }): FieldChange[] => {
    const field = findField(path);
    if (!field || silent.has(path)) return [];
    return [{ path, label: field.label, before: getField(before, path), after: value, acts: field.acts }];
  });
}

/** What a person calls this experiment: as its preset is called in the menu. */
export function nameOf(experiment: Experiment, preset: string, { presets }: Pick<Catalogue, 'presets'>): string {
  const own = presets.find(({ id }) => id === preset) ?? presets.find(({ id }) => id === experiment.objective.name);
  return own?.label ?? (experiment.objective.name || preset);
}

/** The preset with the fewest differences; null where there is none at all. */
export function nearestPreset(experiment: Experiment, { presets }: Catalogue): PresetEntry | null {
  const distance = (entry: PresetEntry): number => changedFields(entry.experiment, experiment).length;
  return presets.reduce<PresetEntry | null>(
    (best, entry) => (best && distance(best) <= distance(entry) ? best : entry),
    null,
  );
}

/** A value on one short line: numbers as they are, curves by kind and ends. */
export function describeValue(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return '';
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record['kind'] === 'string') return describeCurve(record['kind'], record);
  const entries = Object.entries(record);
  return entries.length ? entries.map(([key, entry]) => `${key} ${describeValue(entry)}`).join(', ') : 'none';
}

/** A curve by its kind and the values that it lies between, as its definition names them. */
function describeCurve(kind: string, values: Readonly<Record<string, unknown>>): string {
  const known = [findSchedule(kind), findMapping(kind)].flatMap((definition) => definition ?? []);
  // A schedule and a mapping may share a name: what is stored tells them apart.
  const params = known.find((definition) => isOf(definition.params, values))?.params ?? [];
  const knots = params.find((param) => param.kind === 'knots');
  if (knots) return `${(values[knots.key] as readonly unknown[]).length} knots`;
  const ends = params.filter(
    (param) => 'handle' in param && param.handle?.moves === 'y' && param.handle.y === 'value' && param.key in values,
  );
  const numbers = ends.map(({ key }) => String(Number(Number(values[key]).toPrecision(3))));
  const inTime = ends.some((param) => 'takesOver' in param && param.takesOver === 'end');
  return [kind, numbers.join(inTime ? ' → ' : ' to ')].filter(Boolean).join(' ');
}

const isOf = (params: readonly ParamSpec[], values: Readonly<Record<string, unknown>>): boolean =>
  params.every(
    (param) =>
      (param.kind === 'knots' ? Array.isArray(values[param.key]) : param.key in values) ||
      ('optional' in param && param.optional === true),
  );
