import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import type { Objective } from '../experiment/types';
import type { ObjectiveRollout } from './rateRollouts';
import { weighBatch } from './weighBatch';

const rollout = (reward: 0 | 1, change: Partial<ObjectiveRollout> = {}): ObjectiveRollout => ({
  group: 0,
  reward,
  prompt: [1],
  completion: [2, 0],
  oldLogp: Float32Array.of(-1, -2),
  refLogp: null,
  values: null,
  ...change,
});
const settings = (objective: Partial<Objective>) => ({
  ...defaultExperiment,
  objective: { ...defaultExperiment.objective, ...objective },
});
const moment = { step: 0, pastAccuracies: [], temperature: 0.5 };
const weigh = (objective: Partial<Objective>, rollouts = [rollout(1), rollout(0)]) =>
  weighBatch(settings(objective), moment, rollouts);

describe('weighBatch', () => {
  it('uses the accuracy of the batch itself', () => {
    const { at } = weigh({ negativeWeight: { kind: 'accuracy', min: 0, max: 1 } });
    expect(at.coefficients.negativeWeight).toBeCloseTo(0.5, 12);
  });

  it('opens the clip where it is switched off, and keeps the dual clip', () => {
    expect(weigh({ clip: false, dualClip: 3 }).at.loss).toEqual({
      temperature: 0.5,
      clipLow: Infinity,
      clipHigh: Infinity,
      dualClip: 3,
      klEstimator: 'k3',
    });
  });

  it('maps confidences only for an algorithm that reads them', () => {
    const confidence = { kind: 'power', gamma: 1, min: 0.05, max: 1 };
    const weights = (algorithm: string) => weigh({ algorithm, confidence }).rated.map(({ weight }) => weight);
    expect(weights('grpo')).toEqual([1, 1]);
    expect(weights('signed')[1]).toBeCloseTo(Math.exp(-1.5), 12);
  });

  it('names what a rollout lacks', () => {
    expect(() => weigh({ klCoef: 0.1 })).toThrow('sequences.0.refLogp: "nothing" is not allowed');
    const scored = { refLogp: Float32Array.of(-1, -1) };
    const values = Float32Array.of(0.5, 0.5);
    expect(() => weigh({ algorithm: 'ppo' }, [rollout(1, { ...scored, values }), rollout(0, scored)])).toThrow(
      'sequences.1.values: "nothing" is not allowed; allowed: values of the critic, for PPO',
    );
  });

  it('trains a critic with the settings of its algorithm, and none without', () => {
    expect(weigh({}).at.critic).toBeNull();
    const scored = { refLogp: Float32Array.of(-1, -1), values: Float32Array.of(0.5, 0.5) };
    const { at, rated } = weigh({ algorithm: 'ppo', params: { valueClip: 0.25 } }, [rollout(1, scored)]);
    expect(at.critic).toEqual({ valueClip: 0.25, rateFactor: 10 });
    expect(rated[0]?.returns).not.toBeNull();
  });
});
