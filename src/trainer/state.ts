/** What a run must remember between steps, beside the models' weights: tiny, since (seed, step) decide every draw. */
import * as v from 'valibot';
import { checkJson } from '../lib/checkJson';
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

const whole = v.pipe(v.number('a whole number'), v.safeInteger('a whole number'), v.minValue(0, 'a whole number'));
/** Our own files only: the version and the numbers that steer a run. */
const steering = v.looseObject({
  version: v.literal(1),
  step: whole,
  dataCursor: whole,
  tokens: whole,
  rewinds: whole,
  skippedInARow: whole,
  pastAccuracies: v.array(v.pipe(v.number(), v.finite()), 'a list of numbers'),
  learningRateFactor: v.pipe(v.number('a number above 0'), v.gtValue(0, 'a number above 0')),
});

/** Reads a state that `JSON.stringify` wrote. Throws `InputError`. */
export function readTrainerState(json: unknown): TrainerState {
  return { ...initialState, ...checkJson('checkpoint: state', steering, json) };
}
