/** One moment of a run, between two steps: all that going on from it needs. Its rows travel as bytes beside the weights. */
import type { Experiment } from '../../experiment/types';
import type { Snapshot } from '../../trainer/state';
import { metricsRow, type EvaluationRow } from '../../records/rows';
import type { Measured } from './runRecord';

export interface RunMoment {
  readonly snapshot: Snapshot;
  /** With the edits recorded so far. */
  readonly experiment: Experiment;
  readonly measured: Measured;
  /** Adapter and kernel choices: what decides the bits beside the experiment. Empty where it is not known. */
  readonly environment: Readonly<Record<string, string>>;
}

export function formatMeasured(measured: Measured): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ version: 1, ...measured }));
}

/** Reads what `formatMeasured` wrote; the manifest's SHA-256 has vouched for the bytes. Throws on another version. */
export function readMeasured(bytes: Uint8Array): Measured {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as Omit<Measured, 'forces'> &
    Partial<Pick<Measured, 'forces'>> & { readonly version: unknown };
  if (stored.version !== 1) throw new Error(`rows of version ${String(stored.version)}; this build reads 1`);
  return {
    rows: stored.rows.map((row) => metricsRow(row, row)),
    evaluations: stored.evaluations.map((row) => withNaN(row) as EvaluationRow),
    // Builds before did not write them.
    forces: stored.forces ?? [],
    seconds: stored.seconds,
  };
}

/** JSON has no NaN: what was not measured comes as null. */
function withNaN(row: object): unknown {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]: [string, unknown]) => [key, value === null ? NaN : value]),
  );
}
