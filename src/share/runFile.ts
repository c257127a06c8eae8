/** A measured run as a file: experiment, recorded edits, rows and evaluations. Every field is read into a fresh object; text stays text. */
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';

const MAX_CHARACTERS = 20_000_000;
const MAX_ROWS = 100_000;
const MAX_KEYS = 100;

type Numbers = Readonly<Record<string, number>>;

interface EvaluationRecord {
  readonly step: number;
  readonly passAtK: readonly {
    readonly k: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly greedyAccuracy: number;
  readonly entropyNats: number;
  readonly distinctCorrect: number;
  readonly problems: number;
  readonly samples: number;
}

export interface RunFile {
  readonly name: string;
  /** As it started, with the edits that were made. */
  readonly experiment: Experiment;
  readonly rows: readonly (Numbers & { readonly step: number })[];
  readonly evaluations: readonly EvaluationRecord[];
}

export function formatRunFile(run: RunFile): string {
  const { name, experiment, rows, evaluations } = run;
  return `${JSON.stringify({ format: 'nsr-run', version: 1, name, experiment, rows, evaluations })}\n`;
}

export function parseRunFile(text: string, catalogue: Catalogue): Result<RunFile> {
  if (text.length > MAX_CHARACTERS) return failure('The file is too large for a run');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failure('The file is not JSON');
  }
  try {
    const file = record(json, 'file');
    if (file['format'] !== 'nsr-run' || file['version'] !== 1)
      return failure('The file is not a run of this playground, or of a newer version');
    const name = file['name'];
    if (typeof name !== 'string' || name.length > 200) return failure('The run has no name');
    return success({
      name,
      experiment: parseExperiment(file['experiment'], catalogue),
      rows: list(file['rows'], 'rows').map((row, index) => numbers(row, `rows.${index}`)),
      evaluations: list(file['evaluations'], 'evaluations').map(evaluation),
    });
  } catch (error) {
    if (error instanceof InputError) return failure(`The file was refused: ${error.message}`);
    throw error;
  }
}

function evaluation(value: unknown, index: number): EvaluationRecord {
  const scalars = numbers(value, `evaluations.${index}`);
  const read = (key: string): number => scalars[key] ?? NaN;
  return {
    step: scalars.step,
    passAtK: list(record(value, 'evaluations')['passAtK'], 'passAtK').map((entry) => {
      const { k, mean, low, high } = numbers(entry, 'passAtK');
      if (k === undefined || mean === undefined || low === undefined || high === undefined)
        throw new InputError('passAtK', entry, 'k, mean, low and high');
      return { k, mean, low, high };
    }),
    greedyAccuracy: read('greedyAccuracy'),
    entropyNats: read('entropyNats'),
    distinctCorrect: read('distinctCorrect'),
    problems: read('problems'),
    samples: read('samples'),
  };
}

function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(field, value, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MAX_ROWS)
    throw new InputError(field, value, `a list of at most ${MAX_ROWS}`);
  return value as readonly unknown[];
}

/** The numbers of a row under their names; null (what JSON makes of NaN) is a gap, anything else is left out. */
function numbers(value: unknown, field: string): Numbers & { readonly step: number } {
  const entries = Object.entries(record(value, field));
  if (entries.length > MAX_KEYS) throw new InputError(field, entries.length, `at most ${MAX_KEYS} values`);
  const kept = entries.flatMap(([key, entry]): [string, number][] => {
    if (!/^[a-zA-Z]{1,40}$/.test(key) || key === 'constructor' || key === 'prototype') return [];
    return typeof entry === 'number' ? [[key, entry]] : entry === null ? [[key, NaN]] : [];
  });
  return { step: 0, ...Object.fromEntries(kept) };
}
