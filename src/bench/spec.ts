/** The `spec` of shared/bench-contract.md, read from untrusted JSON: one reader per part. */
import { InputError } from '../lib/errors';

export const benchParts = ['gemm', 'train', 'rollout'] as const;
export type BenchPart = (typeof benchParts)[number];

export const benchPhases = ['prepare', 'round', 'verify', 'dispose'] as const;
export type BenchPhase = (typeof benchPhases)[number];

/** URLs; in Node also paths. */
export type BenchFiles<Name extends string> = Readonly<Record<Name, string>>;

export interface GemmBenchSpec {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly files: BenchFiles<'a' | 'b' | 'r'>;
}

export interface BenchModel {
  readonly ropeTheta: number;
  readonly rmsEps: number;
}

export interface TrainBenchSpec {
  readonly model: BenchModel;
  readonly sequenceLength: number;
  readonly batch: number;
  readonly batches: number;
  readonly checkSteps: number;
  readonly adamw: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
  };
  readonly files: BenchFiles<'config' | 'weights' | 'tokens'>;
}

export interface RolloutBenchSpec {
  readonly model: BenchModel;
  readonly sequences: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly files: BenchFiles<'config' | 'weights' | 'prompts' | 'noise'>;
}

export function readGemmSpec(spec: unknown): GemmBenchSpec {
  const fields = new SpecFields(spec);
  const files = fields.files('a', 'b', 'r');
  return { M: fields.count('M'), K: fields.count('K'), N: fields.count('N'), files };
}

export function readTrainSpec(spec: unknown): TrainBenchSpec {
  const fields = new SpecFields(spec);
  const config = fields.part('config');
  const adamw = fields.part('adamw');
  return {
    model: readModel(fields),
    sequenceLength: config.count('T'),
    batch: config.count('batch'),
    batches: fields.count('batches'),
    checkSteps: fields.count('check_steps'),
    adamw: {
      learningRate: adamw.number('lr'),
      beta1: adamw.number('beta1'),
      beta2: adamw.number('beta2'),
      eps: adamw.number('eps'),
      weightDecay: adamw.number('weight_decay'),
    },
    files: fields.files('config', 'weights', 'tokens'),
  };
}

export function readRolloutSpec(spec: unknown): RolloutBenchSpec {
  const fields = new SpecFields(spec);
  return {
    model: readModel(fields),
    sequences: fields.count('n'),
    promptTokens: fields.count('prompt'),
    newTokens: fields.count('new_tokens'),
    files: fields.files('config', 'weights', 'prompts', 'noise'),
  };
}

/** What every phase carries. */
export function readPhase(part: string, spec: unknown): { part: BenchPart; phase: BenchPhase; id: string } {
  const known = benchParts.find((name) => name === part);
  if (known === undefined) throw new InputError('part', part, benchParts.join(', '));
  const fields = new SpecFields(spec);
  const phase = benchPhases.find((name) => name === fields.get('phase'));
  if (phase === undefined) throw new InputError('spec.phase', fields.get('phase'), benchPhases.join(', '));
  const id = fields.get('id');
  if (typeof id !== 'string' && typeof id !== 'number') throw new InputError('spec.id', id, 'a string or number');
  return { part: known, phase, id: String(id) };
}

export function readRepetitions(spec: unknown): number {
  return new SpecFields(spec).count('reps');
}

function readModel(fields: SpecFields): BenchModel {
  const model = fields.part('model');
  return { ropeTheta: model.number('rope_theta'), rmsEps: model.number('rms_eps') };
}

/** Reads the own fields of an object; every reader throws `InputError` naming the field's path. */
class SpecFields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #path: string;

  constructor(json: unknown, path = 'spec') {
    if (typeof json !== 'object' || json === null) throw new InputError(path, json, 'an object');
    this.#values = new Map(Object.entries(json));
    this.#path = path;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  part(name: string): SpecFields {
    return new SpecFields(this.get(name), `${this.#path}.${name}`);
  }

  number(name: string): number {
    const value = this.get(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new InputError(`${this.#path}.${name}`, value, 'a finite number');
    }
    return value;
  }

  count(name: string): number {
    const value = this.number(name);
    if (!Number.isInteger(value) || value < 1) {
      throw new InputError(`${this.#path}.${name}`, value, 'a whole number of at least 1');
    }
    return value;
  }

  files<Name extends string>(...names: readonly Name[]): BenchFiles<Name> {
    const fields = this.part('files');
    const entries = names.map((name) => {
      const value = fields.get(name);
      if (typeof value !== 'string') throw new InputError(`${this.#path}.files.${name}`, value, 'a URL or path');
      return [name, value] as const;
    });
    return Object.fromEntries(entries) as BenchFiles<Name>;
  }
}
