/** Reads run files, every field into a fresh object; text stays text. For the worker that reads files (fileReader.worker.ts). */
import * as v from 'valibot';
import type { Catalogue } from '../experiment/catalogue';
import { parseExperiment } from '../experiment/parseExperiment';
import { parseBoundedJson } from '../lib/boundedJson';
import { checkJson } from '../lib/checkJson';
import { InputError } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import {
  checkPerProblem,
  count,
  exactFields,
  list,
  metric,
  mostEvaluations,
  mostProblems,
  mostRows,
  orGap,
  passAtK,
  row,
  share,
  step,
  text,
  tokens,
} from './measured';
import { forceRows } from './measuredForces';
import { runFormat, type RunFile } from './runFile';

/** Some 20,000 rows of 30 metrics. */
export const mostBytes = 20_000_000;
const limits = { characters: mostBytes, depth: 8, keys: 1_000_000, items: 1_000_000, string: 4096 };

/** Rows of any build: its numbers under plain names, without what is no number. A step is what none may lack. */
const measuredRow = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform((given) =>
    Object.fromEntries(
      Object.entries(given).filter(
        (entry): entry is [string, number | null] =>
          /^[a-zA-Z]{1,40}$/.test(entry[0]) && (typeof entry[1] === 'number' || entry[1] === null),
      ),
    ),
  ),
  row({ step, tokens: v.exactOptional(tokens) }),
);

const evaluation = v.object({
  step,
  passAtK,
  greedyAccuracy: v.optional(orGap(share), null),
  entropyNats: v.optional(orGap(metric), null),
  distinctCorrect: v.optional(orGap(metric), null),
  problems: v.optional(orGap(count(1e6)), null),
  samples: v.optional(orGap(count(1e6)), null),
  ...exactFields,
  correct: v.exactOptional(list(count(1e6), mostProblems)),
});

const file = v.object({
  name: v.pipe(v.string('a name'), v.maxLength(200, 'a name of up to 200 characters')),
  experiment: v.unknown(),
  rows: list(measuredRow, mostRows),
  evaluations: list(evaluation, mostEvaluations),
  problemIds: v.exactOptional(list(text, mostProblems)),
  forces: v.optional(forceRows, []),
});
const anyVersion = v.object({ format: v.literal(runFormat.format), version: v.unknown() });

/** The run in the text of a file, or one line saying why there is none. */
export function parseRunFile(source: string, catalogue: Catalogue): Result<RunFile> {
  const json = parseBoundedJson(source, limits);
  if (!json.ok) return failure(`The file was refused: ${json.reason.message}`);
  const head = v.safeParse(anyVersion, json.value);
  if (!head.success) return failure('The file is not a run of this playground');
  if (head.output.version !== runFormat.version)
    return failure('The file is a run of another version of this playground: reload the page to get the newest');
  try {
    const { experiment, problemIds = [], evaluations, ...run } = checkJson('run file', file, json.value);
    for (const row of evaluations) checkPerProblem('run file', row, problemIds.length);
    return success({
      ...run,
      experiment: parseExperiment(experiment, catalogue),
      evaluations: problemIds.length > 0 ? evaluations.map((row) => ({ ...row, problemIds })) : evaluations,
    });
  } catch (error) {
    if (error instanceof InputError) return failure(`The file was refused: ${error.message}`);
    throw error;
  }
}
