/** What a file from outside turns out to be: a measured run, an experiment, or the metrics of another program's run. */
import type { Catalogue } from '../experiment/catalogue';
import type { Experiment } from '../experiment/types';
import { failure, success, type Result } from '../lib/result';
import { parseExperimentFile } from './experimentFile';
import { parseForeignMetrics, type ForeignRun } from './foreignMetrics';
import type { RunFile } from './runFile';
import { mostBytes, parseRunFile } from './runFileReader';

export type SharedFile =
  | { readonly kind: 'run'; readonly run: RunFile }
  | { readonly kind: 'experiment'; readonly experiment: Experiment }
  | { readonly kind: 'foreign'; readonly run: ForeignRun };

/** Where a run file says that it is one, characters from its begin. */
const headLength = 4096;

/** Reads a file, or says in one line why not; its size is looked at before its bytes. Never rejects for what is in it. */
export async function readSharedFile(file: Blob, catalogue: Catalogue): Promise<Result<SharedFile>> {
  if (file.size > mostBytes)
    return failure(`The file is too large: ${megabytes(file.size)}, and a run has at most ${megabytes(mostBytes)}`);
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return failure('The file could not be read: was it moved or changed?');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return failure('The file is not text: choose an experiment or a run that was saved here');
  }
  if (/"format"\s*:\s*"nsr-run"/.test(text.slice(0, headLength))) {
    const run = parseRunFile(text, catalogue);
    return run.ok ? success({ kind: 'run', run: run.value }) : run;
  }
  const foreign = parseForeignMetrics(text);
  if (foreign !== null) return foreign.ok ? success({ kind: 'foreign', run: foreign.value }) : foreign;
  const experiment = parseExperimentFile(text, catalogue);
  return experiment.ok ? success({ kind: 'experiment', experiment: experiment.value }) : experiment;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
