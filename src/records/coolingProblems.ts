/** p(right) of every held-out problem of a base over temperature: what paired intervals and curves over some of the problems are made of.
 * Kept in 16 bits each. */
import { passOfProbability } from '../lib/exactPass';
import { exp, log } from '../lib/transcendental';
import { mean } from '../lib/stats';
import type { CoolingCurve, CoolingPoint } from './cooling';

export interface CoolingProblems {
  /** Falling. */
  readonly temperatures: readonly number[];
  readonly problemIds: readonly string[];
  /** [temperature][problem]. */
  readonly probability: readonly ArrayLike<number>[];
}

/** As it lies in public/models/<id>/cooling.problems.json. */
export interface CoolingProblemsFile {
  readonly version: 1;
  /** Of model.safetensors. */
  readonly modelSha256: string;
  readonly temperatures: readonly number[];
  readonly problemIds: readonly string[];
  /** [temperature][problem] −log p in units of 1 / 2048, 16 bits little-endian in base64; 65,535 where p is 0 or below e^−32. */
  readonly negativeLog: string;
}

/** Relative error of p: half of this. */
const UNITS = 2048;
const LEAST = 65_535;

export function packProbabilities(probability: readonly ArrayLike<number>[]): string {
  const codes = probability.flatMap((row) =>
    Array.from(row, (p) => (p > 0 ? Math.min(LEAST, Math.round(-log(Math.min(1, p)) * UNITS)) : LEAST)),
  );
  const bytes = codes.flatMap((code) => [code & 255, code >> 8]);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Null where the text does not hold so many numbers. */
export function unpackProbabilities(text: string, temperatures: number, problems: number): Float64Array[] | null {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    return null;
  }
  if (bytes.length !== 2 * temperatures * problems) return null;
  return Array.from({ length: temperatures }, (_, temperature) =>
    Float64Array.from({ length: problems }, (__, problem) => {
      const at = 2 * (temperature * problems + problem);
      const code = bytes.charCodeAt(at) + 256 * bytes.charCodeAt(at + 1);
      return code === LEAST ? 0 : exp(-code / UNITS);
    }),
  );
}

/** Of these problems alone, in this order; null where one of them is not there. */
export function ofProblems(all: CoolingProblems, problemIds: readonly string[]): CoolingProblems | null {
  const place = new Map(all.problemIds.map((id, index) => [id, index]));
  const chosen = problemIds.flatMap((id) => place.get(id) ?? []);
  if (chosen.length < problemIds.length || chosen.length === 0) return null;
  return {
    temperatures: all.temperatures,
    problemIds,
    probability: all.probability.map((row) => Float64Array.from(chosen, (index) => row[index] ?? 0)),
  };
}

/** The curve over temperature of these problems. */
export function curveOfProblems(
  { temperatures, probability }: CoolingProblems,
  ks: readonly number[],
): Pick<CoolingCurve, 'ks' | 'points'> {
  return {
    ks,
    points: temperatures.map((temperature, index): CoolingPoint => {
      const row = Array.from(probability[index] ?? []);
      return {
        temperature,
        topK: 0,
        topP: 1,
        passAtK: ks.map((k) => mean(row.map((p) => passOfProbability(p, k)))),
        effectiveSolutions: NaN,
      };
    }),
  };
}
