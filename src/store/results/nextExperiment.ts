/** The experiment that a run suggests: one change of its own, by what came out. Pure. */
import type { Experiment } from '../../experiment/types';
import { withField } from '../../experiment/paths';
import type { Outcome } from './outcome';

export interface NextExperiment {
  /** What is changed, as a button says it. */
  readonly label: string;
  /** Why, in one sentence. */
  readonly why: string;
  readonly experiment: Experiment;
}

const signed = (experiment: Experiment, name: string, lambda: number, beta: number): Experiment => ({
  ...experiment,
  edits: [],
  objective: {
    ...experiment.objective,
    name,
    algorithm: 'signed',
    params: {},
    positiveWeight: lambda,
    negativeWeight: beta,
  },
});

const changed = (experiment: Experiment, path: string, value: unknown): Experiment =>
  withField({ ...experiment, edits: [] }, path, value);

/** `experiment`: as it ended, live edits included. */
export function nextExperiment(experiment: Experiment, outcome: Outcome): NextExperiment {
  const { one, many } = outcome;
  const { objective, optimizer, steps, seed } = experiment;
  if (one.direction === 'down') {
    const rate = optimizer.learningRate;
    if (typeof rate === 'number' && rate > 0)
      return {
        label: 'a third of the learning rate',
        why: 'The model lost what it could at the start: smaller steps first.',
        experiment: changed(experiment, 'optimizer.learningRate', Number((rate / 3).toPrecision(2))),
      };
  }
  const { positiveWeight: lambda, negativeWeight: beta } = objective;
  const isSigned = objective.algorithm === 'signed';
  const punishes = isSigned && lambda === 0;
  const rewards = isSigned && beta === 0;
  if (one.direction === 'up' && many?.direction === 'down' && !punishes)
    return {
      label: 'punish only',
      why: `Pass@1 rose and pass@${many.k} fell: the same with nothing but wrong answers.`,
      experiment: signed(experiment, 'nsr', 0, 1),
    };
  if (one.direction === 'noise' && outcome.seeds < 2)
    return {
      label: 'twice the rollouts',
      why: 'Pass@1 has not moved beyond noise yet.',
      experiment: changed(experiment, 'steps', 2 * steps),
    };
  if (punishes)
    return {
      label: 'reward only',
      why: 'The same from right answers alone, to see what punishment does.',
      experiment: signed(experiment, 'psr', 1, 0),
    };
  if (rewards)
    return {
      label: 'punish only',
      why: 'The same from wrong answers alone, to see what reward does.',
      experiment: signed(experiment, 'nsr', 0, 1),
    };
  return {
    label: 'the next seed',
    why: 'Is it the method, or the draw?',
    experiment: changed(experiment, 'seed', seed + 1),
  };
}
