/** The metrics of one rollout step, from what was in force, what was sampled and what the updates did. */
import { mean } from '../lib/stats';
import type { MetricsRow } from '../records/metrics';
import type { Coefficients } from '../objective/coefficients';
import type { CollectedBatch } from './collect';
import { distinctCorrect, meanEntropy, type GradedRollout } from './rollouts';
import type { UpdateOutcome } from './updates';

type InForce = Pick<MetricsRow, 'step' | 'tokens' | 'temperature'> & Coefficients;

export function metricsRow(
  inForce: InForce,
  { all, train, generations }: CollectedBatch,
  { rollouts, statistics, valueLoss, criticGradNorm }: UpdateOutcome,
): MetricsRow {
  const kept = new Set(rollouts.flatMap(({ dropped, group }) => (dropped ? [] : [group])));
  return {
    ...inForce,
    correctRatio: mean(all.map(({ grade }) => grade.reward)),
    ...groupShares(all),
    entropyNats: meanEntropy(all),
    ...statistics.metrics(),
    responseLength: mean(all.map(({ completion }) => completion.length)),
    truncatedShare: mean(all.map(({ truncated }) => (truncated ? 1 : 0))),
    distinctCorrect: distinctCorrect(all),
    generations,
    trainedGroups: kept.size,
    valueLoss,
    criticGradNorm,
    rollouts: {
      reward: train.map(({ grade }) => grade.reward),
      confidence: rollouts.map(({ confidence }) => short(confidence)),
      weight: rollouts.map(({ weight }) => short(weight)),
      advantage: rollouts.map(({ advantage }) => short(mean(advantage))),
    },
  };
}

/** Five significant digits: enough for a histogram, and a third of the file. */
const short = (value: number) => Number(value.toPrecision(5));

function groupShares(
  rollouts: readonly GradedRollout[],
): Pick<MetricsRow, 'solvedGroups' | 'unsolvedGroups' | 'mixedGroups'> {
  const groups = new Map<number, { size: number; right: number }>();
  for (const { group, grade } of rollouts) {
    const counts = groups.get(group) ?? { size: 0, right: 0 };
    counts.size++;
    counts.right += grade.reward;
    groups.set(group, counts);
  }
  const all = [...groups.values()];
  const solvedGroups = mean(all.map(({ size, right }) => (right === size ? 1 : 0)));
  const unsolvedGroups = mean(all.map(({ right }) => (right === 0 ? 1 : 0)));
  return {
    solvedGroups,
    unsolvedGroups,
    mixedGroups: mean(all.map(({ size, right }) => (right > 0 && right < size ? 1 : 0))),
  };
}
