/**
 * What a build can do, as plain JSON, so that a link or an experiment file can be read without loading any algorithm or task.
 * `makeCatalogue.ts` puts it together: in the trainer's shells from the registries (`trainer/catalogue.ts`), on the page from
 * what the build took out of those registries (`store/experiment/catalogue.ts`), which is there before the worker is.
 */
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
}

/** Rows that a task is made of, and where they come from. */
export interface TaskData {
  /** In words: what a file of such rows holds. */
  readonly rows: string;
  /** Data sets of the hub that hold them; none for a task of one's own rows. */
  readonly sources: readonly DataSource[];
  /** All rows are held out: nothing trains on them. */
  readonly evaluationOnly: boolean;
}

/** Files of a data set of the hub: those in `folder` (all folders, where it is left out) with the split in their name. */
export interface DataSource {
  readonly set: 'train' | 'heldOut';
  readonly repo: string;
  readonly split: 'train' | 'test';
  readonly folder?: string;
}

export interface TaskEntry {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly params: readonly ParamSpec[];
  /** What it must be given before it can be made; left out: nothing. */
  readonly data?: TaskData;
  /** Every character of its prompts and answers, whatever the parameters; empty: any text, so that only a model with tokens for all reads it. */
  readonly alphabet: string;
  /** Longest prompt and longest right answer (with EOS) under the default parameters, one token per character; of a task of any
   * text in tokens of the model that ships for it. */
  readonly maxPromptTokens: number;
  readonly maxNewTokens: number;
  /** Its problems list every right answer, so that Pass@k can be exact. */
  readonly listsAnswers: boolean;
}

export type PresetGroup = 'tiny' | 'paper' | 'quick';

export interface PresetEntry {
  readonly id: string;
  readonly group: PresetGroup;
  readonly label: string;
  readonly help: string;
  readonly experiment: Experiment;
}

/** A base model that ships in public/models, as the build reads it from its card and files. */
export interface ShippedModel {
  /** Its folder. */
  readonly id: string;
  readonly label: string;
  /** What it was warmed up on, and the longest right answer there, tokens with EOS. */
  readonly task: Experiment['task'];
  readonly maxNewTokens: number;
  /** Held-out problems of that task. */
  readonly heldOut: number;
  /** All characters that its tokenizer can spell; empty: any text. */
  readonly characters: string;
  /** Longest prompt and answer together, tokens. */
  readonly contextTokens: number;
  /** Bytes of the files that training loads. */
  readonly downloadBytes: number;
  /** Bytes of GPU memory for weights, folded weights, gradients and optimiser; activations come on top and grow with the batch. */
  readonly memoryBytes: number;
}

export interface Catalogue {
  readonly fields: readonly FieldSpec[];
  readonly algorithms: readonly AlgorithmEntry[];
  readonly schedules: readonly KindEntry[];
  readonly mappings: readonly KindEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly presets: readonly PresetEntry[];
}

/** What the build takes out of the registries for the page, which holds the rest itself: fields, presets and, to edit them, curves. */
export interface BuiltCatalogue {
  readonly algorithms: readonly AlgorithmEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly models: readonly ShippedModel[];
}

/** What the page offers beside: the models that come with it. */
export interface PageCatalogue extends Catalogue {
  readonly models: readonly ShippedModel[];
}
