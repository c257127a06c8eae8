/** Fixed rollouts, and every preset's objective on them: what fixtures/objective/golden.json was made from. */
import { findPreset } from '../experiment/presets';
import type { Experiment, Objective } from '../experiment/types';
import { invariant } from '../lib/invariant';
import { createRng } from '../lib/rng';
import { log } from '../lib/transcendental';
import { buildCatalogue } from '../trainer/catalogue';

export interface GoldenRollout {
  readonly group: number;
  readonly reward: 0 | 1;
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /** One entry per completion token, float32 as the engine gives them. */
  readonly logp: Float32Array;
  readonly refLogp: Float32Array;
  readonly values: Float32Array;
}

/** Four groups of four: all right, all wrong, one right, three right. */
const rightOfFour = [4, 0, 1, 3];

export function goldenRollouts(): GoldenRollout[] {
  const rng = createRng(9, 'golden objective');
  return rightOfFour.flatMap((right, group) =>
    Array.from({ length: 4 }, (_, sample): GoldenRollout => {
      const length = 1 + rng.int(5);
      const perToken = (value: () => number) => Float32Array.from({ length }, value);
      const logp = perToken(() => log(0.01 + 0.98 * rng.nextFloat()));
      return {
        group,
        reward: sample < right ? 1 : 0,
        prompt: [20 + group],
        completion: Array.from({ length }, (_, token) => (token === length - 1 ? 0 : 1 + rng.int(8))),
        logp,
        refLogp: logp.map((value) => value - 0.25 * rng.nextFloat()),
        values: perToken(() => rng.nextFloat() - 0.25),
      };
    }),
  );
}

/** Rollout step and accuracies of the batches before it; temperature of the sampler. */
export const goldenMoment = {
  step: 7,
  pastAccuracies: [0.125, 0.25, 0.25, 0.375, 0.5, 0.4375, 0.5],
  temperature: 0.75,
} as const;

/** Mini-batches, as the groups of each. */
export const goldenMiniBatches: readonly (readonly number[])[] = [[0, 2], [1, 3], [1]];

const catalogue = buildCatalogue();

function variant(id: string, objective: Partial<Objective>, maxNewTokens = 5): [string, Experiment] {
  const preset = findPreset(catalogue, id);
  invariant(preset, `no preset ${id}`);
  const { experiment } = preset;
  return [
    `${id} with ${JSON.stringify(objective)}`,
    {
      ...experiment,
      sampling: { ...experiment.sampling, maxNewTokens },
      objective: { ...experiment.objective, ...objective },
    },
  ];
}

/** Every preset, and what no preset sets. */
export const goldenExperiments: ReadonlyMap<string, Experiment> = new Map([
  ...catalogue.presets.map(({ id, experiment }): [string, Experiment] => [id, experiment]),
  variant('dapo', { params: { refillCap: 2, overlongBuffer: 3 } }),
  variant('cw-nsr', { confidence: { kind: 'sigmoid', scope: 'token', normalize: true } }),
  variant('nsr', { clip: false, dualClip: 3, klCoef: 0.01, klEstimator: 'k1' }),
  // A group method does not look at confidences.
  variant('grpo', { confidence: { kind: 'power' }, aggregation: 'seq-mean-token-mean', virtualMaxReward: true }),
  variant('w-reinforce', { aggregation: 'constant', maxLength: 64, normalizer: 'kept', dropGroups: 'homogeneous' }),
  variant('ppo', { params: { gamma: 0.95, gaeLambda: 0.9, rewardKlCoef: 0.05 }, aggregation: 'seq-mean-token-mean' }),
]);

/** Everything that an objective says of the rollouts. */
export interface GoldenResult {
  readonly coefficients: Readonly<Record<string, number>>;
  readonly loss: Readonly<Record<string, number | string | null>>;
  readonly rollouts: readonly {
    readonly confidence: number;
    readonly weight: number;
    readonly dropped: boolean;
    readonly advantage: ArrayLike<number>;
    readonly returns: ArrayLike<number> | null;
  }[];
  /** Per mini-batch of `goldenMiniBatches` and sequence. */
  readonly miniBatches: readonly (readonly {
    readonly scoredByReference: boolean;
    readonly policyWeight: ArrayLike<number>;
    readonly entropyWeight: ArrayLike<number>;
    readonly klWeight: ArrayLike<number>;
  }[])[];
}

/** Rows of equal numbers as one number, what JSON has no word for as text; one line per rollout. */
export function asJson({ coefficients, loss, rollouts, miniBatches }: GoldenResult): unknown {
  const row = (values: ArrayLike<number>): unknown => {
    const list = Array.from(values);
    return list.every((value) => Object.is(value, list[0])) ? list[0] : list;
  };
  return JSON.parse(
    JSON.stringify({
      coefficients,
      loss: Object.fromEntries(Object.entries(loss).map(([key, value]) => [key, value === Infinity ? 'none' : value])),
      rollouts: rollouts.map(({ confidence, weight, dropped, advantage, returns }) => [
        confidence,
        weight,
        dropped,
        row(advantage),
        returns === null ? null : row(returns),
      ]),
      miniBatches: miniBatches.map((sequences) =>
        sequences.map(({ scoredByReference, policyWeight, entropyWeight, klWeight }) => [
          scoredByReference,
          row(policyWeight),
          row(entropyWeight),
          row(klWeight),
        ]),
      ),
    }),
  );
}
