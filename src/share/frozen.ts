/** The presets as they were when links of version 1 began. Links are differences from these and never from today's presets, so that a preset may
 * change without changing what an old link means. */
import { applyDiff, type ExperimentChange } from '../experiment/diff';
import { fields } from '../experiment/fields';
import { getField, withField } from '../experiment/paths';
import type { Experiment } from '../experiment/types';
import data from './frozenV1.json';

interface Frozen {
  readonly base: Experiment;
  /** By preset id: what differs from `base`. */
  readonly presets: Readonly<Record<string, readonly ExperimentChange[]>>;
}

const frozen = data as unknown as Frozen;

/** What stands in for a preset that came later. Fields that came later have their defaults, which leave an old experiment as it was. */
export const frozenBase: Experiment = fields.reduce(
  (base, { path, default: value }) => (getField(base, path) === undefined ? withField(base, path, value) : base),
  frozen.base,
);

/** The preset as version 1 knew it; null for a name that it did not know. */
export function frozenPreset(id: string): Experiment | null {
  const changes = Object.hasOwn(frozen.presets, id) ? frozen.presets[id] : undefined;
  return changes ? applyDiff(frozenBase, changes) : null;
}
