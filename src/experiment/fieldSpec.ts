/** What the schema says of one field, and short ways to write it. */
import type { ActsWhen } from './paramSpec';
import type { ConfidenceSpec, Scheduled } from './types';

export type Section = 'model' | 'sampling' | 'batch' | 'objective' | 'optimizer' | 'evaluation' | 'run';

interface FieldBase {
  /** Dotted path into the experiment. */
  readonly path: string;
  readonly section: Section;
  readonly label: string;
  readonly help: string;
  readonly acts: ActsWhen;
  /** Shown without unfolding anything. */
  readonly common: boolean;
}

interface Range {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

type Kind =
  | ({ readonly kind: 'number' | 'integer'; readonly default: number } & Range)
  | ({ readonly kind: 'optional-number' | 'optional-integer'; readonly default: number | null } & Range)
  | ({ readonly kind: 'scheduled'; readonly default: Scheduled } & Range)
  | { readonly kind: 'boolean'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly options: readonly Choice[]; readonly default: string }
  | { readonly kind: 'text'; readonly pattern: string; readonly allowed: string; readonly default: string }
  | ChosenKind;

type ChosenKind =
  /** Chosen from the catalogue. */
  | { readonly kind: 'algorithm' | 'task'; readonly default: string }
  /** An object of the chosen algorithm's or task's own parameters. */
  | {
      readonly kind: 'algorithm-params' | 'task-params';
      readonly default: Readonly<Record<string, number | string | boolean>>;
    }
  | { readonly kind: 'confidence'; readonly default: ConfidenceSpec | null };

export type FieldSpec = FieldBase & Kind;

type Head = readonly [path: string, label: string, help: string];
type Bounds = readonly [min: number, max: number, unit?: string];
type Options = Partial<Pick<FieldBase, 'acts' | 'common'>>;

const sections: Readonly<Record<string, Section>> = {
  model: 'model',
  adapter: 'model',
  task: 'model',
  prompt: 'model',
  steps: 'run',
  seed: 'run',
};

function base([path, label, help]: Head, { acts = 'next-rollout', common = false }: Options): FieldBase {
  const branch = path.split('.')[0] ?? path;
  return { path, section: sections[branch] ?? (branch as Section), label, help, acts, common };
}

const range = ([min, max, unit = '']: Bounds): Range => ({ min, max, unit });

export const number = (head: Head, bounds: Bounds, value: number, options: Options = {}): FieldSpec => ({
  ...base(head, options),
  ...range(bounds),
  kind: 'number',
  default: value,
});

export const integer = (head: Head, bounds: Bounds, value: number, options: Options = {}): FieldSpec => ({
  ...base(head, options),
  ...range(bounds),
  kind: 'integer',
  default: value,
});

/** May be null, and is by default. */
export const optional = (kind: 'number' | 'integer', head: Head, bounds: Bounds): FieldSpec => ({
  ...base(head, {}),
  ...range(bounds),
  kind: `optional-${kind}`,
  default: null,
});

/** A number or a curve. */
export const scheduled = (head: Head, bounds: Bounds, value: Scheduled, options: Options = {}): FieldSpec => ({
  ...base(head, options),
  ...range(bounds),
  kind: 'scheduled',
  default: value,
});

export const toggle = (head: Head, value: boolean): FieldSpec => ({
  ...base(head, {}),
  kind: 'boolean',
  default: value,
});

/** `labels`: value -> label. */
export const choice = (
  head: Head,
  labels: Readonly<Record<string, string>>,
  value: string,
  options: Options = {},
): FieldSpec => ({
  ...base(head, options),
  kind: 'choice',
  options: Object.entries(labels).map(([option, label]) => ({ value: option, label })),
  default: value,
});

/** `pattern` is a regular expression source; `allowed` says it in words. */
export const text = (
  head: Head,
  pattern: string,
  allowed: string,
  value: string,
  options: Options = {},
): FieldSpec => ({
  ...base(head, options),
  kind: 'text',
  pattern,
  allowed,
  default: value,
});

export const chosen = (head: Head, kind: ChosenKind, options: Options = {}): FieldSpec => ({
  ...base(head, options),
  ...kind,
});
