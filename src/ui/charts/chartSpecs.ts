/** Every chart of the page: what it reads and how to read it. A new metric is one row here. */
import type { EvaluationKey, MetricKey } from '../../records/rows';

export interface SeriesSpec<Key extends string = string> {
  /** What is drawn. */
  readonly key: Key;
  readonly label: string;
  /** Fixed colour where the meaning, not the run, decides it. */
  readonly color?: string;
}

interface ChartWords {
  readonly id: string;
  readonly title: string;
  /** What it is and how to read it, one or two sentences. */
  readonly help: string;
  readonly formula?: string;
  readonly format: 'percent' | 'number';
  /** Stacked shares of one run: only the run in front is drawn. */
  readonly stacked?: boolean;
  /** Said while there is nothing to draw. */
  readonly empty: string;
}

/** Numbers of each rollout, or of each evaluation. */
export type MetricChartSpec = ChartWords &
  (
    | { readonly from: 'rows'; readonly series: readonly SeriesSpec<MetricKey>[] }
    | { readonly from: 'evaluations'; readonly series: readonly SeriesSpec<EvaluationKey>[] }
  );

export const metricCharts: readonly MetricChartSpec[] = [
  {
    id: 'entropy',
    title: 'Entropy',
    help: 'How undecided the model is per token, in nats. Falling towards 0 means that it says the same thing every time. High entropy alone is no sign that diversity of right answers was kept: a ruined model has it, too.',
    formula: 'H = −Σ p log p',
    format: 'number',
    series: [{ key: 'entropyNats', label: 'entropy' }],
    from: 'rows',
    empty: 'Mean entropy of the sampled tokens, one point per rollout.',
  },
  {
    id: 'accuracy',
    title: 'Right answers',
    help: 'Share of right answers in each rollout batch. It is the reward itself; the policy loss says nothing about progress.',
    format: 'percent',
    series: [{ key: 'correctRatio', label: 'right' }],
    from: 'rows',
    empty: 'Share of right answers in each rollout batch.',
  },
  {
    id: 'groups',
    title: 'Groups',
    help: 'Shares of prompts whose answers were all wrong, mixed, or all right. Group methods learn only from mixed ones; NSR learns from everything but all right.',
    format: 'percent',
    series: [
      { key: 'unsolvedGroups', label: 'all wrong', color: 'var(--negative)' },
      { key: 'mixedGroups', label: 'mixed', color: 'var(--line-strong)' },
      { key: 'solvedGroups', label: 'all right', color: 'var(--positive)' },
    ],
    stacked: true,
    from: 'rows',
    empty: 'All wrong, mixed and all right groups of the run in front.',
  },
  {
    id: 'distinct',
    title: 'Distinct right answers',
    help: 'How many different right answers a prompt gets among its evaluation samples (expected, where evaluation is exact). Dotted, exact evaluation only: the effective number of solutions, exp of the entropy of a prompt’s right answers among themselves; 1 where one answer has all the probability.',
    format: 'number',
    series: [
      { key: 'distinctCorrect', label: 'distinct' },
      { key: 'effectiveSolutions', label: 'effective' },
    ],
    from: 'evaluations',
    empty: 'Different right answers per held-out prompt.',
  },
  {
    id: 'failures',
    title: 'Answers that are not right',
    help: 'Shares of held-out answers that have the form asked for but are wrong (solid), and that lack it (dotted). Sampled: 8 answers to each of 96 prompts; exact evaluation only.',
    format: 'percent',
    series: [
      { key: 'wrongShare', label: 'wrong' },
      { key: 'malformedShare', label: 'malformed' },
    ],
    from: 'evaluations',
    empty: 'Wrong and malformed held-out answers, sampled beside an exact evaluation.',
  },
  {
    id: 'clip',
    title: 'Clip fractions',
    help: 'Share of tokens whose ratio left the clip range, by the sign of their advantage. With many updates per rollout or at a high rate the lower clip on negatives keeps NSR alive.',
    format: 'percent',
    series: [
      { key: 'clipHighPositive', label: 'rewarded, above 1 + ε' },
      { key: 'clipLowNegative', label: 'punished, below 1 − ε' },
    ],
    from: 'rows',
    empty: 'Share of clipped tokens by sign of the advantage.',
  },
  {
    id: 'gradient',
    title: 'Gradient norm',
    help: 'Global norm of the gradient before clipping, mean over the updates of a rollout.',
    format: 'number',
    series: [{ key: 'gradNorm', label: 'norm' }],
    from: 'rows',
    empty: 'Norm of the gradient before clipping.',
  },
  {
    id: 'length',
    title: 'Answer length',
    help: 'Mean number of tokens per answer, the end token included.',
    format: 'number',
    series: [{ key: 'responseLength', label: 'tokens' }],
    from: 'rows',
    empty: 'Mean length of the answers in tokens.',
  },
  {
    id: 'truncation',
    title: 'Cut-off answers',
    help: 'Share of answers that reached the longest length without an end token.',
    format: 'percent',
    series: [{ key: 'truncatedShare', label: 'cut off' }],
    from: 'rows',
    empty: 'Share of answers without an end.',
  },
  {
    id: 'kl',
    title: 'Drift per rollout',
    help: 'Approximate KL divergence between the policy that sampled and the one being updated.',
    format: 'number',
    series: [{ key: 'approximateKl', label: 'KL' }],
    from: 'rows',
    empty: 'Approximate KL of the updates of each rollout.',
  },
  {
    id: 'weights',
    title: 'Reinforcement in force',
    help: 'λ(t) for right answers and β(t) for wrong ones as the trainer used them.',
    format: 'number',
    series: [
      { key: 'positiveWeight', label: 'λ', color: 'var(--positive)' },
      { key: 'negativeWeight', label: 'β', color: 'var(--negative)' },
    ],
    from: 'rows',
    empty: 'λ and β as the trainer used them.',
  },
];
