import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { cpuMs } from '../lib/cpuTime.fixture';
import type { ForceRow } from '../records/forces';
import { forceMeasure, forceRow } from '../records/forces.fixture';
import { catalogue } from '../store/experiment/catalogue';
import { formatRunFile, type RunFile } from './runFile';
import { mostBytes, parseRunFile } from './runFileReader';

const passAtK = [{ k: 1, mean: 0.2, low: 0.1, high: 0.3 }];
const evaluation = {
  step: 0,
  entropyNats: 0.5,
  passAtK,
  greedyAccuracy: 0.2,
  distinctCorrect: 1,
  problems: 8,
  samples: 4,
};
const run = {
  name: 'nsr',
  experiment: defaultExperiment,
  rows: [{ step: 0, tokens: 10, entropyNats: 0.5 }],
  evaluations: [evaluation],
  forces: [] as readonly ForceRow[],
};
const read = (file: RunFile) => parseRunFile(formatRunFile(file), catalogue);

describe('run files', () => {
  it('come back the same', () => {
    expect(read(run)).toEqual({ ok: true, value: run });
  });
  it('keep what is known per problem, of sampled and of exact evaluations, and name the problems once', () => {
    const problemIds = ['a', 'b'];
    const exact = {
      ...evaluation,
      method: 'exact' as const,
      effectiveSolutions: 2.5,
      wrongShare: 0.5,
      malformedShare: 0.1,
      rightProbability: [0.25, 1e-6],
      problemIds,
    };
    const sampled = { ...evaluation, correct: [1, 4], problemIds };
    for (const own of [exact, sampled]) {
      const kept = { ...run, evaluations: [own, { ...own, step: 1 }] };
      expect(read(kept)).toEqual({ ok: true, value: kept });
      expect(formatRunFile(kept).match(/problemIds/g)).toHaveLength(1);
    }
  });
  it('of very many evaluations keep the first and the last per problem, so that they can be read again', () => {
    const problemIds = Array.from({ length: 1091 }, (_, index) => `p${index}`);
    const rightProbability = problemIds.map(() => 0.123456);
    const evaluations = Array.from({ length: 500 }, (_, step) => ({
      ...evaluation,
      step,
      method: 'exact' as const,
      rightProbability,
      problemIds,
    }));
    const back = read({ ...run, evaluations });
    expect(back.ok && back.value.evaluations.map((row) => row.rightProbability?.length ?? 0)).toEqual(
      evaluations.map((_, index) => (index === 0 || index === 499 ? 1091 : 0)),
    );
  });
  it.each([
    ['another number of problems', { correct: [1], problemIds: ['a', 'b'] }, '2 numbers'],
    ['more right answers than samples', { correct: [1, 5], problemIds: ['a', 'b'] }, 'at most 4'],
    ['a probability above 1', { method: 'exact', rightProbability: [0.5, 2], problemIds: ['a', 'b'] }, 'from 0 to 1'],
    ['probabilities without their method', { rightProbability: [0.5, 1], problemIds: ['a', 'b'] }, 'exact, where'],
  ])('refuse %s', (_, changes, said) => {
    const parsed = read({ ...run, evaluations: [{ ...evaluation, ...(changes as Partial<typeof evaluation>) }] });
    expect(parsed.ok ? '' : parsed.reason).toContain(said);
  });

  it('carry forces where there are any', () => {
    expect(formatRunFile(run)).not.toContain('"forces"');
    const parts = { pp: 1, pn: -0.5, nn: 2 };
    const forces = [forceRow(), forceRow({ step: 9, noise: { parts: 8, total: parts, signal: parts } })];
    expect(read({ ...run, forces })).toEqual({ ok: true, value: { ...run, forces } });
  });
  it.each([
    ['a measure with fewer forces than mini-batches', [forceRow({ measures: [forceMeasure({ rest: [0] })] })]],
    ['a measure with other bins', [forceRow({ measures: [forceMeasure({ bins: [] })] })]],
    ['steps out of order', [forceRow({ step: 4 }), forceRow({ step: 4 })]],
    ['a field of no row', [{ ...forceRow(), more: 1 }]],
    ['a force that is no number', [forceRow({ measures: [forceMeasure({ forecast: NaN })] })]],
    ['more rows than a run keeps', Array.from({ length: 300 }, (_, step) => forceRow({ step }))],
  ])('refuse %s', (_, forces) => {
    const parsed = read({ ...run, forces });
    expect(parsed.ok ? '' : parsed.reason).toContain('The file was refused: run file: forces');
  });
  it('read a lost number as a gap and leave out what is no number', () => {
    const text = formatRunFile({
      ...run,
      rows: [{ step: 3, entropyNats: NaN }],
      evaluations: [{ ...evaluation, greedyAccuracy: NaN }],
    }).replace('"step":3', '"step":3,"html":"<b>","correct":[1,2],"a b":1');
    const value = { rows: [{ step: 3, entropyNats: NaN }], evaluations: [{ greedyAccuracy: NaN }] };
    const parsed = parseRunFile(text, catalogue);
    expect(parsed).toMatchObject({ ok: true, value });
    expect(parsed.ok && Object.keys(parsed.value.rows[0] ?? {})).toEqual(['step', 'entropyNats']);
  });
  it.each([
    '{',
    '[]',
    '{"format":"nsr-run","version":2}',
    '{"format":"nsr-run","version":NaN}',
    '{"format":"nsr-run","version":1,"name":5,"experiment":{},"rows":[],"evaluations":[]}',
    '{"format":"nsr-run","version":1,"name":"x","experiment":{"steps":-1},"rows":[],"evaluations":[]}',
    '{"format":"nsr-run","version":1,"name":"x","experiment":{},"rows":[{"__proto__":{}}],"evaluations":[]}',
    '{"format":"nsr-run","version":1,"name":"x","experiment":{},"rows":[{"step":1e999}],"evaluations":[]}',
  ])('refuse %s', (text) => {
    expect(parseRunFile(text, catalogue).ok).toBe(false);
  });

  it.each([
    ['a step that no run reaches', { rows: [{ step: 1e308 }] }, 'rows.0.step'],
    ['a step before the first', { rows: [{ step: -1 }] }, 'rows.0.step'],
    ['a metric that a chart cannot draw', { rows: [{ step: 0, gradNorm: -1e308 }] }, 'rows.0.gradNorm'],
    ['token counts past 2^53', { rows: [{ step: 0, tokens: 1e300 }] }, 'rows.0.tokens'],
    ['shares above 1', { evaluations: [{ ...evaluation, greedyAccuracy: 2 }] }, 'evaluations.0.greedyAccuracy'],
    [
      'a pass@k above 1',
      { evaluations: [{ ...evaluation, passAtK: [{ k: 1, mean: 1e308, low: 0, high: 1 }] }] },
      'evaluations.0.passAtK.0.mean',
    ],
    ['k = 0', { evaluations: [{ ...evaluation, passAtK: [{ ...passAtK[0], k: 0 }] }] }, 'evaluations.0.passAtK.0.k'],
  ])('refuse %s', (_, changes, place) => {
    const parsed = read({ ...run, ...(changes as Partial<RunFile>) });
    expect(parsed.ok ? '' : parsed.reason).toContain(`The file was refused: run file: ${place}: `);
  });

  const many = <Value>(length: number, value: (index: number) => Value) => Array.from({ length }, (_, i) => value(i));
  it.each([
    ['80,000 pass@k entries', { evaluations: [{ ...evaluation, passAtK: many(80_000, () => passAtK[0]) }] }],
    ['a million evaluations', { evaluations: many(1e6, (step) => ({ step, passAtK: [] })) }],
    ['30,000 rows', { rows: many(30_000, (step) => ({ step })) }],
    [
      'a row of 200 metrics',
      { rows: [Object.fromEntries(many(200, (n) => [`m${'abcdefghij'[n % 10]}${'x'.repeat(n / 10)}`, n]))] },
    ],
    ['a text longer than any run', { name: 'x'.repeat(mostBytes) }],
  ])('refuse %s, without a freeze', async (_, changes) => {
    const text = formatRunFile({ ...run, ...(changes as Partial<RunFile>) });
    expect(parseRunFile(text, catalogue)).toMatchObject({ ok: false });
    expect(await cpuMs(() => parseRunFile(text, catalogue))).toBeLessThan(1500);
  });
});
