import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import { formatRunFile, parseRunFile } from './runFile';

const run = {
  name: 'nsr',
  experiment: defaultExperiment,
  rows: [{ step: 0, tokens: 10, entropyNats: 0.5 }],
  evaluations: [
    {
      step: 0,
      entropyNats: 0.5,
      passAtK: [{ k: 1, mean: 0.2, low: 0.1, high: 0.3 }],
      greedyAccuracy: 0.2,
      distinctCorrect: 1,
      problems: 8,
      samples: 4,
    },
  ],
};

describe('run files', () => {
  it('come back the same', () => {
    expect(parseRunFile(formatRunFile(run), catalogue)).toEqual({ ok: true, value: run });
  });
  it('read a lost number as a gap and leave out what is no number', () => {
    const text = formatRunFile({ ...run, rows: [{ step: 3, entropyNats: NaN }] }).replace(
      '"step":3',
      '"step":3,"html":"<b>","__proto__":{"x":1}',
    );
    const parsed = parseRunFile(text, catalogue);
    expect(parsed).toMatchObject({ ok: true, value: { rows: [{ step: 3, entropyNats: NaN }] } });
  });
  it.each([
    '{',
    '[]',
    '{"format":"nsr-run","version":2}',
    '{"format":"nsr-run","version":1,"name":"x","experiment":{"steps":-1},"rows":[],"evaluations":[]}',
  ])('refuse %s', (text) => {
    expect(parseRunFile(text, catalogue).ok).toBe(false);
  });
});
