/** Rollouts of a step as the page shows them: samples with per-token pushes, and where confidences and penalties lie. */
import type { PreparedRollout } from '../../trainer/prepare';
import type { ConfidenceHistogram, Sample } from '../../records/samples';

/** Whole groups, as many as a person can look through. */
const MOST_SAMPLES = 64;
const BINS = 24;

const mean = (values: Float32Array): number =>
  values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;

export function toSamples(
  rollouts: readonly PreparedRollout[],
  tokenTexts: (ids: readonly number[]) => readonly string[],
): Sample[] {
  return rollouts.slice(0, MOST_SAMPLES).map((prepared, index) => toSample(prepared, index, tokenTexts));
}

function toSample(
  { rollout, confidence, weight, advantage }: PreparedRollout,
  index: number,
  tokenTexts: (ids: readonly number[]) => readonly string[],
): Sample {
  const texts = tokenTexts(rollout.completion);
  return {
    index,
    group: rollout.group,
    prompt: rollout.problem.prompt,
    completion: rollout.text,
    reward: rollout.grade.reward,
    reason: rollout.grade.reason,
    truncated: rollout.truncated,
    confidence,
    weight,
    advantage: mean(advantage),
    tokens: rollout.completion.map((_, position) => {
      const logp = rollout.logp[position] ?? 0;
      const own = advantage[position] ?? 0;
      return {
        text: texts[position] ?? '',
        logp,
        entropyNats: rollout.entropy[position] ?? 0,
        advantage: own,
        push: own * (1 - Math.exp(logp)),
      };
    }),
  };
}

export function toHistogram(rollouts: readonly PreparedRollout[]): ConfidenceHistogram {
  const empty = (): number[] => new Array<number>(BINS).fill(0);
  const histogram = { wrong: empty(), right: empty(), penaltyMass: empty() };
  for (const { rollout, confidence, advantage } of rollouts) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(confidence * BINS)));
    const counts = rollout.grade.reward > 0 ? histogram.right : histogram.wrong;
    counts[bin] = (counts[bin] ?? 0) + 1;
    // The advantage of a wrong answer is -beta w: its size is the penalty, weight included.
    if (rollout.grade.reward === 0)
      histogram.penaltyMass[bin] = (histogram.penaltyMass[bin] ?? 0) + Math.abs(mean(advantage));
  }
  return histogram;
}
