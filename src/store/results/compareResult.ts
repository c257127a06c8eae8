/**
 * A finished run against the numbers that a link promised, where the bits differ: another adapter rounds differently, one
 * day a token falls the other way, and from then on the answers are other draws of nearly the same policy.
 *
 * Tolerances, and why:
 * - Pass@k, every evaluation and k: half the width of the run's own 95 % band (bootstrap over problems), at least two
 *   problems' worth. A smaller difference is less than other problems would have made.
 * - Right answers, mean over the rollouts in the link: 3 points, or 3 standard errors of the difference of two shares of
 *   that many answers where that is more (short runs).
 * - Entropy, mean over the same rollouts: 5 % of the link's, and 10 % / sqrt(rollouts) for short runs.
 *
 * Measured (quick presets, 100 and 60 rollouts, lavapipe against SwiftShader): PSR equal in every bit; NSR apart from rollout
 * 23 on, Pass@k at most 0.26 of what is allowed, right answers 0.2 points, entropy 0.02 %. Another preset differs by 4.2
 * times what is allowed. Another seed may pass (1.0 and 1.2 times): this tells another experiment, not another seed.
 */
import type { LinkResult } from '../../share/linkResult';
import type { Run } from '../runs/runs';

export interface Gap {
  /** What is compared, and where. */
  readonly what: string;
  /** In points (hundredths) for shares, in nats for entropy. */
  readonly size: number;
  readonly allowed: number;
  readonly unit: 'points' | 'nats';
}

/** The difference that takes up most of its tolerance; null when there is nothing to compare. */
export function largestGap(run: Run, promised: LinkResult): Gap | null {
  const gaps = [...passGaps(run, promised), ...curveGaps(run, promised)];
  return gaps.reduce<Gap | null>((worst, gap) => (worst && used(worst) >= used(gap) ? worst : gap), null);
}

/** Share of the tolerance that a gap uses up; at most 1 is within. */
const used = ({ size, allowed }: Gap): number => (size === 0 ? 0 : size / allowed);

export const isWithin = (gap: Gap): boolean => used(gap) <= 1;

const SLACK_PROBLEMS = 2;

function passGaps(run: Run, { evaluations, ks }: LinkResult): Gap[] {
  return evaluations.flatMap(([step, means]) => {
    const own = run.evaluations.find((row) => row.step === step);
    if (!own) return [];
    const least = SLACK_PROBLEMS / Math.max(1, own.problems);
    return means.flatMap((mean, index): Gap[] => {
      const entry = own.passAtK.find(({ k }) => k === ks[index]);
      if (!entry) return [];
      return [
        {
          what: `Pass@${entry.k} after ${step} rollouts`,
          size: Math.abs(entry.mean - mean) * 100,
          allowed: Math.max(least, (entry.high - entry.low) / 2) * 100,
          unit: 'points',
        },
      ];
    });
  });
}

function curveGaps(run: Run, { steps, correctRatio, entropyNats }: LinkResult): Gap[] {
  const pairs = steps.flatMap((step, index) => {
    const row = run.rows.find((candidate) => candidate.step === step);
    const [right, entropy] = [row?.correctRatio ?? NaN, row?.entropyNats ?? NaN];
    const known = Number.isFinite(right) && Number.isFinite(entropy);
    return known ? [{ right, entropy, right0: correctRatio[index] ?? 0, entropy0: entropyNats[index] ?? 0 }] : [];
  });
  if (pairs.length === 0) return [];
  const mean = (key: keyof (typeof pairs)[number]): number =>
    pairs.reduce((sum, pair) => sum + pair[key], 0) / pairs.length;
  const { promptsPerStep, groupSize } = run.experiment.batch;
  const answers = pairs.length * promptsPerStep * groupSize;
  const share = mean('right0');
  const standardError = Math.sqrt((2 * share * (1 - share)) / answers);
  return [
    {
      what: 'right answers, mean over the rollouts',
      size: Math.abs(mean('right') - share) * 100,
      allowed: Math.max(0.03, 3 * standardError) * 100,
      unit: 'points',
    },
    {
      what: 'entropy, mean over the rollouts',
      size: Math.abs(mean('entropy') - mean('entropy0')),
      allowed: mean('entropy0') * (0.05 + 0.1 / Math.sqrt(pairs.length)),
      unit: 'nats',
    },
  ];
}
