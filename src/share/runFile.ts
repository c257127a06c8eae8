/** A measured run as a file: experiment, recorded edits, rows and evaluations. runFileReader.ts reads it back. */
import type { Experiment } from '../experiment/types';
import type { ForceRow } from '../records/forces';

export interface RunFile {
  readonly name: string;
  /** As it started, with the edits that were made. */
  readonly experiment: Experiment;
  readonly rows: readonly (Readonly<Record<string, number>> & { readonly step: number })[];
  readonly evaluations: readonly EvaluationRecord[];
  /** Empty where none were measured. */
  readonly forces: readonly ForceRow[];
}

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

export const runFormat = { format: 'nsr-run', version: 1 } as const;

export function formatRunFile(run: RunFile): string {
  const { name, experiment, rows, evaluations, forces } = run;
  const measured = forces.length > 0 ? { forces } : {};
  return `${JSON.stringify({ ...runFormat, name, experiment, rows, evaluations, ...measured })}\n`;
}
