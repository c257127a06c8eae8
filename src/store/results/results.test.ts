import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { LinkResult } from '../../share/linkResult';
import { resultOf, type FinishedRun } from '../../share/linkRun';
import { verdictOf } from './results';
import type { Run } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';

const PROBLEMS = 100;

/** A finished run of 64 answers a rollout; `shift` moves what it measured, in shares and nats. */
function finished(
  shift: { readonly pass?: number; readonly right?: number; readonly entropy?: number } = {},
): Run & FinishedRun {
  const { pass = 0, right = 0, entropy = 0 } = shift;
  const steps = 40;
  return {
    id: 'r',
    seriesId: 'r',
    name: 'r',
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: { ...defaultExperiment, steps, batch: { ...defaultExperiment.batch, promptsPerStep: 8, groupSize: 8 } },
    edits: [],
    rows: Array.from({ length: steps }, (_, step) => ({
      step,
      tokens: step,
      seconds: step,
      correctRatio: 0.3 + right,
      entropyNats: 0.5 + entropy,
    })),
    evaluations: [0, 20, 40].map((step) => ({
      step,
      tokens: 0,
      seconds: 0,
      passAtK: [
        { k: 1, mean: 0.3 + pass, low: 0.26 + pass, high: 0.34 + pass },
        { k: 16, mean: 0.995 - pass / 10, low: 0.99, high: 1 },
      ],
      greedyAccuracy: 0.4,
      entropyNats: 0.5,
      distinctCorrect: 1,
      problems: PROBLEMS,
      samples: 16,
      correct: [5 + pass * 100],
      problemIds: ['p'],
    })),
    status: { ...idleStatus(steps), phase: 'finished', step: steps },
    note: '',
    forkedFrom: null,
    adapter: 'here',
    startedAt: 0,
    forces: [],
    promised: null,
  };
}

const there: LinkResult = { ...resultOf(finished()), adapter: 'there' };
const verdict = (run: Run, promised: LinkResult = there) => verdictOf({ ...run, promised });

describe('a run against the numbers of its link', () => {
  it('is reproduced when every number is the same', () => {
    expect(verdict(finished())).toEqual({
      kind: 'equal',
      words: 'Reproduced: every number equals the one in the link',
    });
  });

  it('is within tolerance while no metric leaves its own', () => {
    const near = verdict(finished({ pass: 0.03, right: 0.01, entropy: 0.01 }));
    expect(near?.kind).toBe('within');
    expect(near?.words).toBe(
      'Reproduced within tolerance: largest difference 3.0 points of Pass@1 after 0 rollouts, allowed 4.0 (recorded on there, here on here)',
    );
  });

  it.each([
    [{ pass: 0.05 }, /^The numbers contradict the link: 5\.0 points of Pass@1 .* allowed 4\.0/],
    [{ right: -0.06 }, /^The numbers contradict the link: 6\.0 points of right answers.* allowed 3\.8/],
    [{ entropy: 0.05 }, /^The numbers contradict the link: 0\.050 nats of entropy.* allowed 0\.033/],
    [{ entropy: -0.05 }, /^The numbers contradict the link: 0\.050 nats of entropy/],
  ])('differs, and says by what, when one metric leaves its tolerance: %j', (shift, words) => {
    const far = verdict(finished(shift));
    expect(far?.kind).toBe('apart');
    expect(far?.words).toMatch(words);
  });

  it('allows two problems where the band has no width', () => {
    const run = finished();
    const solved = (mean: number): Run & FinishedRun => ({
      ...run,
      evaluations: run.evaluations.map((row) => ({
        ...row,
        passAtK: [{ k: 1, mean, low: mean, high: mean }],
        correct: [mean * 100],
      })),
    });
    const promised = { ...resultOf(solved(1)), adapter: 'there' };
    expect(verdict(solved(0.985), promised)?.kind).toBe('within');
    expect(verdict(solved(0.97), promised)?.kind).toBe('apart');
  });

  it('says so when the same adapter gives other numbers', () => {
    const run = verdict(finished({ pass: 0.01 }), { ...there, adapter: 'here' });
    expect(run?.words).toMatch(/same name, so another driver or another build/);
    // Forty times the tolerance is no driver's work.
    const apart = verdict(finished({ pass: -0.25, entropy: 1 }), { ...there, adapter: 'here' });
    expect(apart?.words).toMatch(/contradict the link/);
    expect(apart?.words).not.toMatch(/rounds differently/);
  });

  it('is not compared when it was steered by hand, nor before it has finished', () => {
    const edits = [{ step: 3, path: 'objective.negativeWeight', value: 2 }];
    expect(verdict({ ...finished({ pass: 0.01 }), edits })?.kind).toBe('steered');
    const run = finished();
    expect(verdict({ ...run, status: { ...run.status, phase: 'paused' } })).toBeNull();
    expect(verdictOf(run)).toBeNull();
  });

  it('claims nothing when the link holds no curve', () => {
    const empty: LinkResult = {
      ...there,
      fingerprint: '0',
      steps: [],
      correctRatio: [],
      entropyNats: [],
      evaluations: [],
    };
    expect(verdict(finished(), empty)).toMatchObject({ kind: 'apart' });
  });
});
