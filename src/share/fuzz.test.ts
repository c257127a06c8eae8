/** Links and files from outside under 10,000 mutations each (NSR_FUZZ=100000 for more): a value or one of our typed refusals. */
import { deflateSync, strToU8 } from 'fflate';
import { forceRow } from '../records/forces.fixture';
import { expect, it } from 'vitest';
import { fuzz, fuzzRuns, mutateJson, pick } from '../lib/fuzz.fixture';
import type { Rng } from '../lib/rng';
import { catalogue } from '../store/experiment/catalogue';
import { toBase64url } from './base64url';
import { formatExperimentFile, parseExperimentFile } from './experimentFile';
import { parseGalleryIndex, parseGalleryRun } from './galleryFile';
import { decodeLink } from './link';
import { formatRunFile } from './runFile';
import { parseRunFile } from './runFileReader';

const experiments = catalogue.presets.map(({ experiment }) => experiment);
const passAtK = [{ k: 1, mean: 0.2, low: 0.1, high: 0.3 }];
const evaluation = {
  step: 0,
  tokens: 0,
  seconds: 0,
  samples: 4,
  passAtK,
  greedyAccuracy: 0.2,
  entropyNats: 0.5,
  distinctCorrect: 1,
};
const rows = [0, 1].map((step) => ({ step, tokens: 10, seconds: 1, entropyNats: 0.5, gradNorm: NaN }));
const runFile = (rng: Rng) =>
  formatRunFile({
    name: 'r',
    experiment: pick(rng, experiments),
    rows,
    evaluations: [{ ...evaluation, problems: 2 }],
    forces: [forceRow()],
  });
const galleryFile = (rng: Rng) =>
  JSON.stringify({
    ...{ format: 'nsr-run', version: 1, name: 'r', note: '', source: 's', adapter: 'a' },
    ...{ experiment: pick(rng, experiments), rows, problemIds: ['a', 'b'], snapshots: [] },
    evaluations: [{ ...evaluation, correct: [1, 2] }],
    forces: [forceRow()],
  });
const payload = JSON.stringify({
  p: 'w-reinforce',
  d: {
    steps: 50,
    'objective.negativeWeight': {
      kind: 'piecewise',
      knots: [
        [0, 1.5, 'linear'],
        [1, 0.5, 'linear'],
      ],
    },
    edits: [{ step: 20, path: 'objective.negativeWeight', value: 2 }],
  },
  r: {
    ...{ adapter: 'a', fingerprint: '00', steps: [0, 1], correctRatio: [0, 1], entropyNats: [1, 0], ks: [1, 8] },
    evaluations: [[0, [0.1, 0.2]]],
  },
});

const timeout = 600_000;

it('a link', { timeout }, async () => {
  const damage = (rng: Rng, link: string): string => {
    const at = Math.floor(rng.nextFloat() * link.length);
    return link.slice(0, at) + pick(rng, ['', 'A', '_', '!', '\n', '%00', 'é']) + link.slice(at + 1);
  };
  const make = (rng: Rng): string => {
    const text = mutateJson(rng, payload);
    const link = `#v1.${toBase64url(deflateSync(strToU8(text), { level: 1 }))}`;
    return rng.nextFloat() < 0.8 ? link : damage(rng, link);
  };
  const report = await fuzz('links', make, (hash) => {
    const result = decodeLink(hash, catalogue);
    return result === null || result.ok ? null : result.reason.message;
  });
  // Some mutations leave a link valid: a fuzzer of which all is refused at the door would test nothing.
  expect(report.taken).toBeGreaterThan(fuzzRuns / 100);
});

it.each([
  ['an experiment file', (rng: Rng) => formatExperimentFile(pick(rng, experiments)), parseExperimentFile],
  ['a run file', runFile, parseRunFile],
  ['a recorded run', galleryFile, parseGalleryRun],
] as const)('%s', { timeout }, async (name, base, parse) => {
  const report = await fuzz(
    name,
    (rng) => mutateJson(rng, base(rng)),
    (text) => {
      const result = parse(text, catalogue);
      return result.ok ? null : result.reason;
    },
  );
  expect(report.taken).toBeGreaterThan(fuzzRuns / 100);
});

it('the list of recorded runs', { timeout }, async () => {
  const entry = { file: 'nsr.json', name: 'NSR', note: '', source: 's', adapter: 'a', steps: 2, bytes: 10 };
  const report = await fuzz(
    'gallery index',
    (rng) => mutateJson(rng, JSON.stringify([entry])),
    (text) => {
      const result = parseGalleryIndex(text);
      return result.ok ? null : result.reason;
    },
  );
  expect(report.taken).toBeGreaterThan(fuzzRuns / 100);
});
