/**
 * DAPO: GRPO with a higher upper clip, dynamic sampling and a soft penalty on overlong answers (Yu et al., arXiv 2503.14476).
 * Groups whose verdicts are all equal are dropped and new prompts generated until the batch is full, at most `refillCap`
 * times the generation of one batch. The penalty acts on the reward that the advantage is made of, never on the verdict.
 * Deviations: the cap (verl's `max_num_gen_batches`; ours is 4), after which a smaller batch is trained on; the penalty is off by default.
 */
import type { NumberSpec } from '../experiment/paramSpec';
import { fraction, math, row, tokens } from '../lib/mathml';
import { clamp } from '../lib/numeric';
import { plain, readParam, standardized } from './parts/shared';
import type { AlgorithmDefinition } from './parts/types';

const refillCap: NumberSpec = {
  key: 'refillCap',
  label: 'Refill at most',
  help: 'Rollout batches generated at most to fill one with mixed groups; 1 switches refilling off.',
  kind: 'integer',
  unit: 'batches',
  min: 1,
  max: 16,
  default: 4,
  acts: 'next-rollout',
};

const overlongBuffer: NumberSpec = {
  key: 'overlongBuffer',
  label: 'Overlong buffer',
  help: 'Tokens before the limit in which the reward falls linearly by up to 1; 0 switches the penalty off.',
  kind: 'integer',
  unit: 'tokens',
  min: 0,
  max: 8192,
  default: 0,
  acts: 'next-rollout',
};

/** Soft overlong punishment, equation 13 of the paper: 0 up to the buffer, then linear to -1 at the limit. */
export function overlongPenalty(length: number, maxNewTokens: number, buffer: number): number {
  return buffer > 0 ? -clamp((length - (maxNewTokens - buffer)) / buffer, 0, 1) : 0;
}

export const definition: AlgorithmDefinition = {
  ...plain,
  id: 'dapo',
  label: 'DAPO',
  help: 'GRPO that clips less upwards, drops groups that are all right or all wrong, and generates more prompts instead.',
  formula: {
    text: 'A = (r - mean) / (std + 1e-6), groups with 0 < correct < G only',
    mathml: math(tokens('A ='), fraction(row(tokens('r − mean')), row(tokens('std + ε'))), tokens(', 0 &lt; k &lt; G')),
  },
  source: 'arXiv 2503.14476',
  deviations: 'Refilling stops at a cap; the overlong penalty is off by default.',
  uses: ['virtualMaxReward'],
  params: [refillCap, overlongBuffer],
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.28,
    normalizer: 'kept',
    aggregation: 'token-mean',
    dropGroups: 'homogeneous',
    virtualMaxReward: false,
    klCoef: 0,
  },
  examples: [
    { groupSize: 8, right: 1, advantageOfRight: 2.4749, advantageOfWrong: -0.3536 },
    { groupSize: 8, right: 4, advantageOfRight: 0.9354, advantageOfWrong: -0.9354 },
    { groupSize: 8, right: 0, advantageOfRight: null, advantageOfWrong: 0 },
    { groupSize: 8, right: 8, advantageOfRight: 0, advantageOfWrong: null },
  ],
  laws: ['equal rewards give nothing', 'a group sums to zero'],
  generationCap: (params) => readParam(params, refillCap),
  advantages: (input) => {
    const buffer = readParam(input.params, overlongBuffer);
    return standardized(
      input,
      input.samples.map(({ reward, oldLogp }) => reward + overlongPenalty(oldLogp.length, input.maxNewTokens, buffer)),
    );
  },
};
