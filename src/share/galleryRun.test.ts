import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import type { Event } from '../worker/protocol';
import type { TokenReport } from '../records/tokenReport';
import type { EvaluationRow, MetricsRow } from '../records/rows';
import { galleryFormat, parseGalleryIndex, parseGalleryRun, type GalleryFile, type GalleryRun } from './galleryFile';
import { galleryFrames, galleryTokenReport } from './galleryRun';
import { parseRunFile } from './runFileReader';

const report = {
  sample: 0,
  position: 1,
  step: 1,
  context: '12=03:1',
  answers: 2,
  entropyBefore: 0.5,
  entropyAfter: null,
  ratio: { entropyPredicted: 0.4, agreement: null, shares: [] },
  probability: { entropyPredicted: 0.4, agreement: 0.9, shares: [] },
};
const file: GalleryFile = {
  ...galleryFormat,
  name: 'NSR',
  note: 'Look at the entropy.',
  source: 'tiny/nsr-seed0',
  adapter: 'llvmpipe',
  experiment: { ...defaultExperiment, steps: 2, edits: [{ step: 1, path: 'objective.clip', value: false }] },
  rows: [
    { step: 0, tokens: 10, seconds: 1, correctRatio: 0.25, referenceKl: NaN },
    { step: 1, tokens: 20, seconds: 2, correctRatio: 0.5, referenceKl: 0.1 },
  ],
  problemIds: ['a', 'b'],
  evaluations: [0, 2].map((step) => ({
    step,
    tokens: step * 10,
    seconds: step,
    samples: 4,
    correct: [1, 2],
    passAtK: [{ k: 1, mean: 0.375, low: 0.25, high: 0.5 }],
    greedyAccuracy: 0.5,
    entropyNats: 0.4,
    distinctCorrect: 1.5,
  })),
  snapshots: [{ step: 1, samples: [], histogram: { wrong: [1], right: [0], penaltyMass: [1] }, tokens: [report] }],
};

function read(source: unknown): GalleryRun {
  const parsed = parseGalleryRun(JSON.stringify(source), catalogue);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

describe('a recorded run', () => {
  it('may be evaluated exactly, and is replayed so', () => {
    const exact = {
      method: 'exact',
      rightProbability: [0.25, 0.5],
      effectiveSolutions: 1.5,
      wrongShare: 0.5,
      malformedShare: 0.1,
    };
    const evaluations = file.evaluations.map(({ correct: _, ...row }) => ({ ...row, ...exact }));
    const run = read({ ...file, evaluations });
    expect(run.evaluations[0]).toMatchObject({ ...exact, correct: [], problems: 2, problemIds: ['a', 'b'] });
    expect(galleryFrames(run, 'r')[0]?.evaluations).toEqual([run.evaluations[0]]);
    const without = file.evaluations.map(({ correct: _, ...row }) => row);
    const parsed = parseGalleryRun(JSON.stringify({ ...file, evaluations: without }), catalogue);
    expect(parsed.ok ? '' : parsed.reason).toContain('correct or rightProbability');
  });

  it('comes back as it was written, gaps and shared problems restored', () => {
    const run = read(file);
    expect(run.experiment).toEqual(file.experiment);
    expect(run.rows[0]?.['referenceKl']).toBeNaN();
    expect(run.rows[1]?.['referenceKl']).toBe(0.1);
    expect(run.evaluations[1]).toMatchObject({ problems: 2, problemIds: ['a', 'b'], correct: [1, 2] });
  });

  it('replays as the frames that a live worker sends', () => {
    const frames: readonly Event[] = galleryFrames(read(file), 'g');
    expect(frames.map((frame) => (frame.type === 'frame' ? frame.rows.map(({ step }) => step) : null))).toEqual([
      [0],
      [1],
      [],
    ]);
    expect(frames).toMatchObject([
      { evaluations: [{ step: 0 }], edits: [], histogram: null },
      { evaluations: [], edits: [{ step: 1 }], histogram: { wrong: [1] } },
      { evaluations: [{ step: 2 }] },
    ]);
  });

  it('answers the token inspector where a snapshot has the position', () => {
    const answer: TokenReport | null = galleryTokenReport(read(file), { step: 1, sample: 0, position: 1 });
    expect(answer).toEqual(report);
    expect(galleryTokenReport(read(file), { step: 1, sample: 0, position: 2 })).toBeNull();
  });

  it('has rows and evaluations of the page’s types', () => {
    const { rows, evaluations } = read(file);
    expect([rows satisfies readonly MetricsRow[], evaluations satisfies readonly EvaluationRow[]]).toHaveLength(2);
  });

  it.each([
    [{ ...file, version: 2 }, 'gallery: version'],
    [{ ...file, surprise: 1 }, 'gallery: surprise'],
    [{ ...file, experiment: { ...defaultExperiment, steps: -1 } }, 'steps'],
    [{ ...file, rows: [{ step: 0, tokens: 'x', seconds: 0 }] }, 'gallery: rows.0.tokens'],
    [{ ...file, rows: [{ tokens: 1, seconds: 0 }] }, 'gallery: rows.0.step'],
    [{ ...file, rows: [{ step: 0, tokens: 1, seconds: 0, 'a b': 1 }] }, 'gallery: rows.0.a b'],
    [{ ...file, rows: [{ step: 1e308, tokens: 1, seconds: 0 }] }, 'gallery: rows.0.step'],
    [{ ...file, problemIds: ['a'] }, 'gallery: evaluations.correct'],
    [[], 'gallery'],
  ])('is refused with the place of what is wrong', (source, place) => {
    const parsed = parseGalleryRun(JSON.stringify(source), catalogue);
    expect(parsed.ok ? '' : parsed.reason).toContain(`${place}: `);
  });

  it.each(['{', '{"constructor":1}'])('is refused when it is %s', (source) => {
    expect(parseGalleryRun(source, catalogue)).toMatchObject({ ok: false });
  });
});

describe('the list of recorded runs', () => {
  const entry = { file: 'nsr.json', name: 'NSR', note: '', source: 's', adapter: 'a', steps: 2, bytes: 10 };
  it('is read', () => {
    expect(parseGalleryIndex(JSON.stringify([entry]))).toEqual({ ok: true, value: [entry] });
  });
  it('refuses a file outside the gallery', () => {
    const parsed = parseGalleryIndex(JSON.stringify([{ ...entry, file: '../nsr.json' }]));
    expect(parsed.ok ? '' : parsed.reason).toContain('index: 0.file');
  });
});

const gallery = join(import.meta.dirname, '../../public/gallery');
const shipped = existsSync(join(gallery, 'index.json')) ? readFileSync(join(gallery, 'index.json'), 'utf8') : '[]';

describe('the shipped gallery', () => {
  const entries = parseGalleryIndex(shipped);
  it.each(entries.ok ? entries.value : [])(
    'has $file, under 110 KB as it is sent, with snapshots',
    ({ file: name, bytes, steps }) => {
      const source = readFileSync(join(gallery, name), 'utf8');
      const run = read(JSON.parse(source));
      expect(Buffer.byteLength(source)).toBe(bytes);
      // static hosts and our server compress
      expect(gzipSync(source).length).toBeLessThan(110_000);
      expect(run.rows).toHaveLength(steps);
      expect(run.snapshots.every(({ samples, tokens }) => samples.length > 0 && tokens.length > 0)).toBe(true);
      expect(parseRunFile(source, catalogue).ok).toBe(true);
    },
  );
});
