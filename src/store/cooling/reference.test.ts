import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { EvaluationRow } from '../../records/rows';
import { parseCoolingCurve, parseCoolingProblems } from '../../share/coolingReader';
import { idleRun } from '../runs/run.fixture';
import { referenceFor } from './reference';

const textOf = (file: string): string => readFileSync(`public/models/countdown4-strong/${file}`, 'utf8');
const curve = parseCoolingCurve(textOf('cooling.json'));
const problems = parseCoolingProblems(textOf('cooling.problems.json'));
if (!curve || !problems) throw new Error('no cooling of countdown4-strong');
const base = { curve, problems };

const LONGEST = 8;
const evaluated = (problemIds: readonly string[], asked = problemIds.length): EvaluationRow => ({
  step: 0,
  tokens: 0,
  seconds: 0,
  passAtK: [],
  greedyAccuracy: 0,
  entropyNats: 0,
  distinctCorrect: 0,
  problems: asked,
  samples: 64,
  correct: [],
  problemIds,
});
const run = (row: EvaluationRow, change = {}) =>
  idleRun('r', { experiment: { ...defaultExperiment, ...change }, evaluations: [row] });

describe('the cooled base of a run', () => {
  it('is the whole curve, nuclei and top-k included, where the run was evaluated on all held-out problems', () => {
    const reference = referenceFor(run(evaluated([...problems.problemIds].reverse())), base, LONGEST);
    expect(reference?.curve).toBe(curve);
    expect(reference?.problems?.problemIds[0]).toBe(problems.problemIds.at(-1));
    expect(reference?.problems?.probability[0]?.[0]).toBe(problems.probability[0]?.[1090]);
  });

  it('is over the run’s own problems, temperature alone, where those are some of them', () => {
    const some = problems.problemIds.slice(0, 96);
    const reference = referenceFor(run(evaluated(some)), base, LONGEST);
    expect(reference?.curve.points).toHaveLength(19);
    const plain = reference?.curve.points.find(({ temperature }) => temperature === 1)?.passAtK[0];
    const own = Array.from(problems.probability[10] ?? []).slice(0, 96);
    expect(plain).toBeCloseTo(own.reduce((sum, p) => sum + p, 0) / 96, 12);
  });

  it('is none for problems that are not held out there, another task or another longest answer', () => {
    const all = evaluated(problems.problemIds);
    expect(referenceFor(run(evaluated(['x'])), base, LONGEST)).toBeNull();
    expect(referenceFor(run(all, { task: { name: 'addition', params: {} } }), base, LONGEST)).toBeNull();
    expect(referenceFor(run(all), base, 6)).toBeNull();
    expect(referenceFor(idleRun('r'), base, LONGEST)).toBeNull();
  });

  it('of a run that does not name its problems is the curve without them, where they were as many', () => {
    expect(referenceFor(run(evaluated([], 1091)), base, LONGEST)).toEqual({ curve, problems: null });
    expect(referenceFor(run(evaluated([], 96)), base, LONGEST)).toBeNull();
  });
});
