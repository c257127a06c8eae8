import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/experimentOption.ts';
import { parseExperiment } from '../../src/experiment/parseExperiment.ts';
import { findPreset } from '../../src/experiment/presets.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import { commonPassAt1, crossingAt, passDifference, passOf, poolOf, readRuns } from './data.ts';
import { figures } from './figures.ts';
import { studyRuns, type StudyRun } from './plan.ts';
import { blockNames, blocks, fillBlocks } from './report.ts';
import { doRun, isKept, withoutRollouts } from './runner.ts';
import { levelTable } from './tables.ts';

const kept = 'docs/runs';
const finished = studyRuns.filter((run) => isKept(kept, run));

describe('docs/study.md', () => {
  const page = readFileSync('docs/study.md', 'utf8');
  const runs = readRuns(kept, studyRuns);

  it('has the tables that the kept runs give', async () => {
    const style = await resolveConfig('docs/study.md');
    expect(await format(fillBlocks(page, runs), { ...style, filepath: 'docs/study.md' })).toBe(page);
  });

  it('has every table and figure that is made', () => {
    expect(blockNames(page).sort()).toEqual(Object.keys(blocks).sort());
    for (const name of Object.keys(figures)) expect(page).toContain(`](study/${name})`);
  });

  it.each(Object.keys(figures))('has %s as the kept runs give it', (name) => {
    // Not toBe: a difference of two drawings is no reading.
    expect(figures[name]?.(runs) === readFileSync(`docs/study/${name}`, 'utf8')).toBe(true);
  });

  it.each(finished)('was planned to run $id as it did', ({ id, experiment }) => {
    const recorded: unknown = JSON.parse(readFileSync(join(kept, id, 'experiment.json'), 'utf8'));
    expect(parseExperiment(recorded, catalogue)).toEqual(experiment);
  });

  it('plans every run once', () => {
    expect(new Set(studyRuns.map(({ id }) => id)).size).toBe(studyRuns.length);
  });
});

/** An evaluation of problems with the given right answers of 4. */
function evaluated(step: number, ...correct: number[]): EvaluationRow {
  return {
    step,
    samples: 4,
    temperature: 1,
    problemIds: correct.map(String),
    correct,
    passAtK: [],
    greedyAccuracy: 0,
    entropyNats: step / 10,
    distinctCorrect: 0,
    truncatedShare: 0,
    crossoverK: null,
  };
}

describe('pooling', () => {
  it('averages a problem over the seeds before it pairs problems', () => {
    const a = poolOf('a', [
      { seed: 0, row: evaluated(0, 4, 0) },
      { seed: 1, row: evaluated(0, 0, 4) },
    ]);
    const b = poolOf('b', [{ seed: 0, row: evaluated(0, 2, 2) }]);
    expect(a.perProblem(1)).toEqual([0.5, 0.5]);
    expect(passDifference(a, b, 1)).toEqual({ mean: 0, low: 0, high: 0 });
    expect(passOf(a, 4)).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('finds the point of equal pass@1 between two evaluations, problem by problem', () => {
    const points = [evaluated(0, 0, 0), evaluated(10, 2, 0), evaluated(20, 4, 0)].map((row) => ({
      step: row.step,
      pool: poolOf('a', [{ seed: 0, row }]),
    }));
    const path = { name: 'a', points };
    expect(commonPassAt1([path])).toBe(0.5);
    const crossing = crossingAt(path, 0.375);
    expect(crossing?.step).toBe(15);
    expect(crossing?.perProblem(1)).toEqual([0.75, 0]);
    expect(crossing?.scalar((row) => row.entropyNats)).toBeCloseTo(1.5);
    expect(crossingAt(path, 0.6)).toBeNull();
  });
});

it('keeps everything of a row but its lists per rollout', () => {
  const line = '{"type":"step","step":0,"gradNorm":0.1234567890123,"rollouts":{"reward":[1]}}';
  expect(withoutRollouts(`${line}\n`)).toBe('{"type":"step","step":0,"gradNorm":0.1234567890123}\n');
});

/** The study in small: two runs of two steps, from the experiment to the table. */
describe('a reduced study', () => {
  const quick = findPreset(catalogue, 'quick-nsr')?.experiment;
  const planned = ['nsr', 'psr'].map((name): StudyRun => {
    if (quick === undefined) throw new Error('no quick preset');
    const weights = name === 'nsr' ? {} : { positiveWeight: 1, negativeWeight: 0 };
    const experiment = {
      ...quick,
      steps: 2,
      objective: { ...quick.objective, ...weights },
      evaluation: { ...quick.evaluation, problems: 8, samples: 8 },
    };
    return { id: `tiny/${name}-seed0`, group: 'tiny', name, seed: 0, experiment };
  });

  it.runIf(existsSync('public/models/countdown3-tiny'))('trains, keeps, and tabulates', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nsr-study-'));
    const options = { kept: join(folder, 'kept'), work: join(folder, 'work'), command: 'scripts/nsr.mjs' };
    for (const run of planned) expect(doRun(run, options)).toBe(true);
    const runs = readRuns(options.kept, planned);
    expect(runs.map(({ steps, evaluations }) => [steps.length, evaluations.length])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    const lines = levelTable(runs, 'tiny', ['nsr', 'psr'], 2, [1, 8]).split('\n');
    const [nsr] = runs;
    expect(lines).toHaveLength(5);
    expect(lines[3]).toContain(`| NSR | 1 | ${nsr?.evaluations[1]?.passAtK[0]?.mean.toFixed(3)} |`);
  });
});
