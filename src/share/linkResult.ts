/** The optional result part of a link: a few downsampled curves, the adapter and a fingerprint of every number, so that the opener can see the run at once and check his own against it. */
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

/** A fresh, checked copy. Throws `InputError`. */
export function readResult(value: unknown): LinkResult {
  const record = asRecord(value);
  const steps = numbers(record['steps'], 'r.steps', 0, 1e7);
  const result: LinkResult = {
    adapter: text(record['adapter'], 'r.adapter'),
    fingerprint: text(record['fingerprint'], 'r.fingerprint'),
    steps,
    correctRatio: numbers(record['correctRatio'], 'r.correctRatio', 0, 1, steps.length),
    entropyNats: numbers(record['entropyNats'], 'r.entropyNats', 0, 100, steps.length),
    ks: numbers(record['ks'], 'r.ks', 1, 1e6),
    evaluations: evaluations(record['evaluations']),
  };
  const extra = Object.keys(record).find((key) => !Object.hasOwn(result, key));
  if (extra !== undefined) throw new InputError(`r.${extra}`, record[extra], Object.keys(result).join(', '));
  if (result.evaluations.some(([, means]) => means.length !== result.ks.length))
    throw new InputError('r.evaluations', value, `${result.ks.length} values each`);
  return result;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError('r', value, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length > 200) throw new InputError(field, value, 'up to 200 characters');
  return value;
}

function numbers(value: unknown, field: string, min: number, max: number, length?: number): number[] {
  if (!Array.isArray(value) || value.length > MAX_POINTS || (length !== undefined && value.length !== length))
    throw new InputError(field, value, 'a list of numbers');
  return value.map((entry: unknown) => {
    if (typeof entry !== 'number' || !Number.isFinite(entry) || entry < min || entry > max)
      throw new InputError(field, entry, `numbers from ${min} to ${max}`);
    return entry;
  });
}

function evaluations(value: unknown): [number, number[]][] {
  if (!Array.isArray(value) || value.length > MAX_POINTS) throw new InputError('r.evaluations', value, 'a list');
  return value.map((entry: unknown): [number, number[]] => {
    const [step, means] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    return [numbers([step], 'r.evaluations.step', 0, 1e7)[0] ?? 0, numbers(means, 'r.evaluations.means', 0, 1)];
  });
}
