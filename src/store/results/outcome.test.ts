import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { Beyond } from '../cooling/beyond';
import { evaluatedRun, problems } from './evaluated.fixture';
import { nextExperiment } from './nextExperiment';
import { outcomeOf, outcomeWords, type Outcome } from './outcome';

const start = problems(64, () => 4);
const sharpened = problems(64, (index) => (index % 2 ? 14 : 0));
const said = (...[run, beyond]: [ReturnType<typeof evaluatedRun>, Beyond?]): string => {
  const outcome = outcomeOf([run], beyond ?? null);
  return outcome ? outcomeWords(outcome) : 'nothing';
};
const cooled: Beyond = {
  k: 16,
  seeds: 1,
  pass1: 0.44,
  passK: 0.5,
  cooled: { temperature: 0.6, passK: 0.62 },
  most: { temperature: 0.2, pass1: 0.5 },
  difference: null,
};

describe('what came of a run', () => {
  it('is said against its own start, with entropy and the cooled base', () => {
    expect(said(evaluatedRun(start, sharpened, 'r', [0.5, 0.3]), cooled)).toBe(
      'Pass@1 25.0 → 43.8 %. Pass@16 100.0 → 50.0 %. Entropy −40 %: answers narrow. Cooling the base alone would give the same pass@1 at pass@16 62.0 %.',
    );
  });

  it('is called noise where the problems explain it', () => {
    const moved = problems(64, (index) => (index % 2 ? 5 : 3));
    expect(said(evaluatedRun(start, moved))).toContain('Pass@1 25.0 → 25.0 %, no change beyond noise.');
  });

  it('that no temperature reaches is said so, and what every temperature passes is left out', () => {
    const above = { ...cooled, cooled: null };
    expect(said(evaluatedRun(start, sharpened), { ...above, most: { temperature: 0.2, pass1: 0.3 } })).toContain(
      'Cooling the base alone does not give so much: at most pass@1 30.0 %.',
    );
    expect(said(evaluatedRun(start, sharpened), above)).not.toContain('Cooling');
  });

  it('is nothing before the first evaluation after the start', () => {
    const run = evaluatedRun(start, start);
    expect(outcomeOf([{ ...run, evaluations: run.evaluations.slice(0, 1) }], null)).toBeNull();
    expect(outcomeOf([{ ...run, evaluations: run.evaluations.slice(1) }], null)).toBeNull();
  });

  it('follows the k that was chosen', () => {
    expect(outcomeOf([evaluatedRun(start, sharpened)], null, [1, 4])?.many?.k).toBe(4);
  });
});

const outcome = (one: 'up' | 'down' | 'noise', many: 'up' | 'down' | 'noise'): Outcome => ({
  step: 10,
  seeds: 1,
  one: { k: 1, before: 0.2, now: 0.3, direction: one },
  many: { k: 64, before: 0.8, now: 0.7, direction: many },
  entropyChange: -0.2,
  beyond: null,
});
const withWeights = (positiveWeight: number, negativeWeight: number) => ({
  ...defaultExperiment,
  objective: { ...defaultExperiment.objective, algorithm: 'signed', positiveWeight, negativeWeight },
});

describe('the experiment that a run suggests', () => {
  it('is the other half of the comparison', () => {
    expect(nextExperiment(withWeights(1, 0), outcome('up', 'down'))).toMatchObject({
      label: 'punish only',
      experiment: { objective: { positiveWeight: 0, negativeWeight: 1 } },
    });
    expect(nextExperiment(withWeights(0, 1), outcome('up', 'noise'))).toMatchObject({
      label: 'reward only',
      experiment: { objective: { positiveWeight: 1, negativeWeight: 0 } },
    });
  });

  it('is a smaller step after a loss, a longer run where nothing moved, else another draw', () => {
    const of = withWeights(0.1, 1);
    expect(
      nextExperiment({ ...of, optimizer: { ...of.optimizer, learningRate: 3e-4 } }, outcome('down', 'down')),
    ).toMatchObject({
      experiment: { optimizer: { learningRate: 1e-4 } },
    });
    expect(nextExperiment(of, outcome('noise', 'noise')).experiment.steps).toBe(2 * of.steps);
    expect(nextExperiment(of, outcome('up', 'noise')).experiment.seed).toBe(of.seed + 1);
  });

  it('changes nothing else, and takes no recorded edit along', () => {
    const of = { ...withWeights(0.1, 1), edits: [{ step: 3, path: 'objective.negativeWeight', value: 2 }] };
    const { experiment } = nextExperiment(of, outcome('up', 'noise'));
    expect(experiment).toEqual({ ...of, edits: [], seed: of.seed + 1 });
  });
});
