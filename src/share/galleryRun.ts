/**
 * Recorded runs in public/gallery: index.json and one file per run, written by scripts/study/gallery.ts, read by the page.
 * A file is a run file (runFile.ts) that knows more: where it comes from, problems, and snapshots of samples and of the
 * token inspector. What it replays as has the shapes of worker/protocol.ts's frames; share may not import those, so that
 * they are written out here and held against them in the test.
 */
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment, ExperimentEdit } from '../experiment/types';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import { dictionary, flag, list, number, numberOrNull, record, text, type Reader } from './jsonReader';

/** One row per rollout step; a value that a step did not have is NaN. */
export type GalleryRow = {
  readonly step: number;
  readonly tokens: number;
  readonly seconds: number;
} & Readonly<Record<string, number>>;

const passAtK = record({ k: number, mean: number, low: number, high: number });
const evaluation = record({
  step: number,
  tokens: number,
  seconds: number,
  samples: number,
  correct: list(number, 4096),
  passAtK: list(passAtK, 32),
  greedyAccuracy: number,
  entropyNats: number,
  distinctCorrect: number,
});
const sample = record({
  index: number,
  group: number,
  prompt: text,
  completion: text,
  reward: number,
  reason: text,
  truncated: flag,
  confidence: number,
  weight: number,
  advantage: number,
  tokens: list(record({ text, logp: number, entropyNats: number, advantage: number, push: number }), 256),
});
const bins = list(number, 256);
const share = record({
  text,
  before: number,
  after: numberOrNull,
  predicted: number,
  fromRight: number,
  fromWrong: number,
  chosen: flag,
});
const form = record({ entropyPredicted: number, agreement: numberOrNull, shares: list(share, 64) });
const tokenReport = record({
  sample: number,
  position: number,
  step: number,
  context: text,
  answers: number,
  entropyBefore: number,
  entropyAfter: numberOrNull,
  ratio: form,
  probability: form,
});
const snapshot = record({
  step: number,
  samples: list(sample, 64),
  histogram: record({ wrong: bins, right: bins, penaltyMass: bins }),
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
const entry = record({ file: text, ...about, steps: number, bytes: number });
const untyped: Reader<unknown> = (value) => value;
const row: Reader<GalleryRow> = (value, field) => {
  const numbers = dictionary(numberOrNull, 100)(value, field);
  const gaps = Object.entries(numbers).map(([name, cell]) => [name, cell ?? NaN]);
  const { step, tokens, seconds } = numbers;
  return Object.assign(Object.fromEntries(gaps) as Record<string, number>, {
    step: number(step, `${field}.step`),
    tokens: number(tokens, `${field}.tokens`),
    seconds: number(seconds, `${field}.seconds`),
  });
};
const file = record({
  format: text,
  version: number,
  ...about,
  experiment: untyped,
  rows: list(row, 10_000),
  problemIds: list(text, 4096),
  evaluations: list(evaluation, 1024),
  snapshots: list(snapshot, 64),
});

type Value<R> = R extends Reader<infer T> ? T : never;
export type GallerySnapshot = Value<typeof snapshot>;
export type GalleryTokenReport = Value<typeof tokenReport>;
export type GalleryEntry = Value<typeof entry>;
/** As written; a row's NaN becomes null. */
export type GalleryFile = Omit<Value<typeof file>, 'experiment'> & { readonly experiment: Experiment };
export type GalleryEvaluation = Value<typeof evaluation> & {
  readonly problems: number;
  readonly problemIds: readonly string[];
};

export interface GalleryRun extends Omit<GalleryFile, 'format' | 'version' | 'problemIds' | 'evaluations'> {
  readonly evaluations: readonly GalleryEvaluation[];
}

export const galleryFormat = { format: 'nsr-run', version: 1 } as const;

/** The recorded run in the text of a gallery file, or one line saying why there is none. */
export function parseGalleryRun(source: string, catalogue: Catalogue): Result<GalleryRun> {
  return parsed(source, (json) => {
    const { format, version, problemIds, evaluations, experiment, ...rest } = file(json, 'gallery');
    if (format !== galleryFormat.format || version !== galleryFormat.version)
      throw new InputError('gallery', { format, version }, JSON.stringify(galleryFormat));
    const problems = problemIds.length;
    const off = evaluations.find(({ correct }) => correct.length !== problems);
    if (off !== undefined)
      throw new InputError('gallery.evaluations.correct', off.correct.length, `${problems} counts`);
    return {
      ...rest,
      experiment: parseExperiment(experiment, catalogue),
      evaluations: evaluations.map((one) => ({ ...one, problems, problemIds })),
    };
  });
}

/** The list in the text of index.json. */
export function parseGalleryIndex(source: string): Result<readonly GalleryEntry[]> {
  return parsed(source, (json) => {
    const entries = list(entry, 64)(json, 'index');
    for (const one of entries)
      if (!/^[\w-]{1,64}\.json$/.test(one.file)) throw new InputError('index.file', one.file, 'a file name');
    return entries;
  });
}

function parsed<T>(source: string, read: (json: unknown) => T): Result<T> {
  try {
    return success(read(JSON.parse(source)));
  } catch (error) {
    if (error instanceof SyntaxError) return failure('The recorded run is not JSON');
    if (error instanceof InputError) return failure(`The recorded run was refused: ${error.message}`);
    throw error;
  }
}

/** One frame per rollout step, then the last evaluations, as a live worker would have sent them. */
export interface GalleryFrame {
  readonly type: 'frame';
  readonly runId: string;
  readonly rows: readonly GalleryRow[];
  readonly evaluations: readonly GalleryEvaluation[];
  readonly edits: readonly ExperimentEdit[];
  readonly samples: GallerySnapshot['samples'] | null;
  readonly histogram: GallerySnapshot['histogram'] | null;
}

export function galleryFrames(run: GalleryRun, runId: string): GalleryFrame[] {
  const { rows, evaluations, snapshots } = run;
  const { edits } = run.experiment;
  const empty = { type: 'frame', runId, rows: [], edits: [], samples: null, histogram: null } as const;
  const frames = rows.map((one): GalleryFrame => {
    const seen = snapshots.find(({ step }) => step === one.step);
    return {
      ...empty,
      rows: [one],
      // An evaluation stands before the update of its step.
      evaluations: evaluations.filter(({ step }) => step === one.step),
      edits: edits.filter(({ step }) => step === one.step),
      samples: seen?.samples ?? null,
      histogram: seen?.histogram ?? null,
    };
  });
  const last = rows.at(-1)?.step ?? -1;
  return [...frames, { ...empty, evaluations: evaluations.filter(({ step }) => step > last) }];
}

/** The recorded answer of the token inspector, or null where none was kept. */
export function galleryTokenReport(
  run: GalleryRun,
  question: { readonly step: number; readonly sample: number; readonly position: number },
): GalleryTokenReport | null {
  const seen = run.snapshots.find(({ step }) => step === question.step);
  return (
    seen?.tokens.find(({ sample: index, position }) => index === question.sample && position === question.position) ??
    null
  );
}
