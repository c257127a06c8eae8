/** What a run must remember between steps, beside the models' weights: tiny, since (seed, step) decide every draw. */
import { InputError } from '../lib/errors';
import type { PolicyCheckpoint } from '../model/policy';
import type { MetricsRow, PassAtK } from '../records/metrics';

export interface TrainerState {
  readonly version: 1;
  /** Rollout steps done; the next one is this, 0-based. */
  readonly step: number;
  /** Prompts drawn so far. */
  readonly dataCursor: number;
  /** Completion tokens sampled so far. */
  readonly tokens: number;
  /** Share of right answers of every batch so far. */
  readonly pastAccuracies: readonly number[];
  /** Step of the last evaluation, -1 before the first. */
  readonly lastEvaluatedStep: number;
  /** pass@k of the starting model; null before the first evaluation. */
  readonly startingFan: readonly PassAtK[] | null;
  /** Halved at every rewind. */
  readonly learningRateFactor: number;
  readonly rewinds: number;
  readonly skippedInARow: number;
  /** The last rows, so that charts go on without a gap; without the per-rollout lists, which would dwarf the rest. */
  readonly metricsTail: readonly Omit<MetricsRow, 'rollouts'>[];
}

export const initialState: TrainerState = {
  version: 1,
  step: 0,
  dataCursor: 0,
  tokens: 0,
  pastAccuracies: [],
  lastEvaluatedStep: -1,
  startingFan: null,
  learningRateFactor: 1,
  rewinds: 0,
  skippedInARow: 0,
  metricsTail: [],
};

export const metricsTailLength = 16;

/** State and weights of one moment between two steps. */
export interface Snapshot {
  readonly state: TrainerState;
  readonly policy: PolicyCheckpoint;
  /** Null without a critic. */
  readonly critic: PolicyCheckpoint | null;
}

/** Whether every weight and moment of policy and critic is finite. */
export function isFiniteSnapshot({ policy, critic }: Snapshot): boolean {
  return isFiniteCheckpoint(policy) && (critic === null || isFiniteCheckpoint(critic));
}

function isFiniteCheckpoint({ parameters, firstMoments, secondMoments }: PolicyCheckpoint): boolean {
  return [...parameters, ...firstMoments, ...secondMoments].every(({ data }) => data.every(Number.isFinite));
}

/** Reads a state that `JSON.stringify` wrote. Our own files only: checks version and the numbers that steer a run. */
export function readTrainerState(json: unknown): TrainerState {
  const state = json as Partial<TrainerState> | null;
  if (typeof state !== 'object' || state === null || state.version !== 1)
    throw new InputError('checkpoint.state.version', (state as { version?: unknown } | null)?.version, '1');
  for (const key of ['step', 'dataCursor', 'tokens', 'rewinds', 'skippedInARow'] as const)
    if (!Number.isSafeInteger(state[key]) || (state[key] ?? -1) < 0)
      throw new InputError(`checkpoint.state.${key}`, state[key], 'a whole number');
  if (!Array.isArray(state.pastAccuracies) || !state.pastAccuracies.every(Number.isFinite))
    throw new InputError('checkpoint.state.pastAccuracies', state.pastAccuracies, 'a list of numbers');
  if (!(Number(state.learningRateFactor) > 0))
    throw new InputError('checkpoint.state.learningRateFactor', state.learningRateFactor, 'a number above 0');
  return { ...initialState, ...state };
}
