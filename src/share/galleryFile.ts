/**
 * Recorded runs in public/gallery: index.json and one file per run, written by scripts/study/gallery.ts, read by the page.
 * A file is a run file (runFile.ts) that knows more: where it comes from, problems, and snapshots of samples and of the
 * token inspector.
 */
import * as v from 'valibot';
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { parseBoundedJson } from '../lib/boundedJson';
import { checkJson } from '../lib/checkJson';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import type { ForceRow } from '../records/forces';
import {
  checkPerProblem,
  count,
  exactFields,
  list,
  metric,
  mostProblems,
  passAtK,
  row,
  share,
  step,
  text,
  tokens,
} from './measured';
import { forceRows } from './measuredForces';

const most = { rows: 10_000, problems: mostProblems, evaluations: 1024, snapshots: 64 };
const limits = { characters: 20_000_000, depth: 8, keys: 1_000_000, items: 1_000_000, string: 4096 };
const index = count(1e6);
const metricOrNull = v.nullable(metric);

const evaluation = v.strictObject({
  step,
  tokens,
  seconds: metric,
  samples: count(1e6),
  /** Left out of an exact evaluation, which has `rightProbability`. */
  correct: v.exactOptional(list(count(1e6), most.problems)),
  ...exactFields,
  passAtK,
  greedyAccuracy: share,
  entropyNats: metric,
  distinctCorrect: metric,
});
const token = v.strictObject({ text, logp: metric, entropyNats: metric, advantage: metric, push: metric });
const sample = v.strictObject({
  index,
  group: index,
  prompt: text,
  completion: text,
  reward: metric,
  reason: text,
  truncated: v.boolean(),
  confidence: metric,
  weight: metric,
  advantage: metric,
  tokens: list(token, 256),
});
const bins = list(metric, 256);
const tokenShare = v.strictObject({
  text,
  before: metric,
  after: metricOrNull,
  predicted: metric,
  fromRight: metric,
  fromWrong: metric,
  chosen: v.boolean(),
});
const form = v.strictObject({ entropyPredicted: metric, agreement: metricOrNull, shares: list(tokenShare, 64) });
const tokenReport = v.strictObject({
  sample: index,
  position: index,
  step,
  context: text,
  answers: index,
  entropyBefore: metric,
  entropyAfter: metricOrNull,
  ratio: form,
  probability: form,
});
const snapshot = v.strictObject({
  step,
  samples: list(sample, 64),
  histogram: v.strictObject({ wrong: bins, right: bins, penaltyMass: bins }),
  /** What the step did at some positions of some samples. */
  tokens: list(tokenReport, 256),
});
const about = {
  name: text,
  /** What to look at, one or two sentences. */
  note: text,
  /** The run it was recorded from, below docs/runs. */
  source: text,
  adapter: text,
};
const entry = v.strictObject({
  file: v.pipe(v.string(), v.regex(/^[\w-]{1,64}\.json$/, 'a file name')),
  ...about,
  steps: step,
  bytes: tokens,
});

export const galleryFormat = { format: 'nsr-run', version: 1 } as const;

const file = v.strictObject({
  format: v.literal(galleryFormat.format),
  version: v.literal(galleryFormat.version),
  ...about,
  experiment: v.unknown(),
  rows: list(row({ step, tokens, seconds: metric }), most.rows),
  problemIds: list(text, most.problems),
  evaluations: list(evaluation, most.evaluations),
  forces: v.exactOptional(forceRows),
  snapshots: list(snapshot, most.snapshots),
});

export type GallerySnapshot = v.InferOutput<typeof snapshot>;
export type GalleryTokenReport = v.InferOutput<typeof tokenReport>;
export type GalleryEntry = v.InferOutput<typeof entry>;
/** As written; a row's NaN becomes null. */
export type GalleryFile = Omit<v.InferOutput<typeof file>, 'experiment'> & { readonly experiment: Experiment };
/** One row per rollout step; a value that a step did not have is NaN. */
export type GalleryRow = GalleryFile['rows'][number];
export type GalleryEvaluation = v.InferOutput<typeof evaluation> & {
  /** Empty in an exact evaluation. */
  readonly correct: readonly number[];
  readonly problems: number;
  readonly problemIds: readonly string[];
};

export interface GalleryRun extends Omit<GalleryFile, 'format' | 'version' | 'problemIds' | 'evaluations' | 'forces'> {
  /** Empty in a recording without. */
  readonly forces: readonly ForceRow[];
  readonly evaluations: readonly GalleryEvaluation[];
}

/** The recorded run in the text of a gallery file, or one line saying why there is none. */
export function parseGalleryRun(source: string, catalogue: Catalogue): Result<GalleryRun> {
  return parsed(source, (json) => {
    const { problemIds, evaluations, experiment, forces = [], ...rest } = checkJson('gallery', file, json);
    const problems = problemIds.length;
    for (const row of evaluations) {
      checkPerProblem('gallery', row, problems);
      if (row.correct === undefined && row.rightProbability === undefined)
        throw new InputError('gallery: evaluations', row.step, 'correct or rightProbability at every step');
    }
    return {
      ...rest,
      forces,
      experiment: parseExperiment(experiment, catalogue),
      evaluations: evaluations.map((one) => ({ ...one, correct: one.correct ?? [], problems, problemIds })),
    };
  });
}

/** The list in the text of index.json. */
export function parseGalleryIndex(source: string): Result<readonly GalleryEntry[]> {
  return parsed(source, (json) => checkJson('index', list(entry, 64), json));
}

function parsed<T>(source: string, read: (json: unknown) => T): Result<T> {
  const json = parseBoundedJson(source, limits);
  if (!json.ok) return failure(`The recorded run was refused: ${json.reason.message}`);
  try {
    return success(read(json.value));
  } catch (error) {
    if (error instanceof InputError) return failure(`The recorded run was refused: ${error.message}`);
    throw error;
  }
}
