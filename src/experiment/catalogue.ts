/** What a build can do, as plain JSON: the worker sends it to the page at boot, and the build writes it to a file, so that a
 * link or an experiment file can be read without loading any algorithm. `trainer/catalogue.ts` makes it from the registries. */
import type { FieldSpec } from './fieldSpec';
import type { Formula, ParamSpec } from './paramSpec';
import type { Experiment, Objective } from './types';

/** Objective fields that only some algorithms read; the others hold for any. */
export type OwnField = 'positiveWeight' | 'negativeWeight' | 'confidence' | 'virtualMaxReward';

/** A kind of schedule or of confidence mapping. */
export interface KindEntry {
  readonly kind: string;
  readonly label: string;
  readonly help: string;
  readonly formula: Formula;
  readonly params: readonly ParamSpec[];
}

export interface AlgorithmEntry {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly formula: Formula;
  /** Paper or code it follows. */
  readonly source: string;
  /** Where it departs from its source; empty = nowhere we know of. */
  readonly deviations: string;
  readonly uses: readonly OwnField[];
  /** Its own parameters, kept in `objective.params`. */
  readonly params: readonly ParamSpec[];
  /** Objective fields to set when the algorithm is chosen. */
  readonly defaults: Partial<Objective>;
  readonly needsCritic: boolean;
}

export interface TaskEntry {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly params: readonly ParamSpec[];
}

export type PresetGroup = 'tiny' | 'paper' | 'quick';

export interface PresetEntry {
  readonly id: string;
  readonly group: PresetGroup;
  readonly label: string;
  readonly help: string;
  readonly experiment: Experiment;
}

/** A base model that ships in public/models. */
export interface ShippedModel {
  readonly id: string;
  readonly label: string;
  readonly task: Experiment['task'];
}

export interface Catalogue {
  readonly fields: readonly FieldSpec[];
  readonly algorithms: readonly AlgorithmEntry[];
  readonly schedules: readonly KindEntry[];
  readonly mappings: readonly KindEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly models: readonly ShippedModel[];
  readonly presets: readonly PresetEntry[];
}
