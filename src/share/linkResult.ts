/** The optional result part of a link: a few downsampled curves, the adapter and a fingerprint of every number, so that the opener can see the run at once and check his own against it. */
import { readNumber, readRecord, type NumberRange } from '../experiment/readers';
import { InputError } from '../lib/errors';

export interface LinkResult {
  /** Adapter that computed it. */
  readonly adapter: string;
  /** Of all metrics, bit for bit. */
  readonly fingerprint: string;
  /** Rollout steps of the curve points, and the values at them. */
  readonly steps: readonly number[];
  readonly correctRatio: readonly number[];
  readonly entropyNats: readonly number[];
  /** Evaluations: step, and mean pass@k in the order of `ks`. */
  readonly ks: readonly number[];
  readonly evaluations: readonly (readonly [step: number, means: readonly number[]])[];
}

const MAX_POINTS = 512;
const MAX_TEXT = 200;
const stepRange: NumberRange = { min: 0, max: 1e7 };
const share: NumberRange = { min: 0, max: 1 };
const keys = ['adapter', 'fingerprint', 'steps', 'correctRatio', 'entropyNats', 'ks', 'evaluations'] as const;

/** A fresh, checked copy. Throws `InputError`. Read with the experiment's readers, which the first route has anyway. */
export function readResult(value: unknown): LinkResult {
  const given = readRecord(value, 'r', keys);
  const steps = readNumbers(given['steps'], 'r.steps', stepRange);
  const ks = readNumbers(given['ks'], 'r.ks', { min: 1, max: 1e6 });
  return {
    adapter: readShortText(given['adapter'], 'r.adapter'),
    fingerprint: readShortText(given['fingerprint'], 'r.fingerprint'),
    steps,
    correctRatio: readNumbers(given['correctRatio'], 'r.correctRatio', share, steps.length),
    entropyNats: readNumbers(given['entropyNats'], 'r.entropyNats', { min: 0, max: 100 }, steps.length),
    ks,
    evaluations: readList(given['evaluations'], 'r.evaluations').map((entry, index) => {
      const [step, means] = readList(entry, `r.evaluations.${index}`, 2);
      return [
        readNumber(step, `r.evaluations.${index}.step`, stepRange),
        readNumbers(means, `r.evaluations.${index}.means`, share, ks.length),
      ];
    }),
  };
}

function readShortText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT)
    throw new InputError(field, value, `up to ${MAX_TEXT} characters`);
  return value;
}

function readList(value: unknown, field: string, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MAX_POINTS || (length !== undefined && value.length !== length))
    throw new InputError(field, value, `a list of ${length ?? `up to ${MAX_POINTS}`}`);
  return value;
}

function readNumbers(value: unknown, field: string, range: NumberRange, length?: number): number[] {
  return readList(value, field, length).map((entry, index) => readNumber(entry, `${field}.${index}`, range));
}
