/** A made-up force row for tests. */
import type { ForceMeasure, ForceRow } from './forces';

export const forceMeasure = (changes: Partial<ForceMeasure> = {}): ForceMeasure => ({
  kind: 'pass',
  k: 1,
  value: 0.2,
  positive: [0.01, 0.03],
  negative: [0.02, -0.01],
  rest: [0.001, 0],
  positiveError: 0.01,
  negativeError: 0.02,
  bins: [0.004, -0.002],
  forecast: 0,
  along: null,
  realised: null,
  ...changes,
});

export const forceRow = (changes: Partial<ForceRow> = {}): ForceRow => ({
  step: 3,
  signed: true,
  positiveWeight: 0.1,
  negativeWeight: 1,
  learningRate: 1e-3,
  maxGradNorm: 1,
  innerEpochs: 2,
  accuracy: 0.2,
  probe: { problems: 96, samples: 4, temperature: 1 },
  metric: 'optimizer',
  miniBatches: [
    { norm: { pp: 4, pn: -1, nn: 9, pr: 0.5, nr: 0, rr: 0.25 }, updates: true },
    { norm: { pp: 0.01, pn: 0, nn: 0.01, pr: 0, nr: 0, rr: 0 }, updates: true },
  ],
  measures: [
    forceMeasure(),
    forceMeasure({ k: 64, value: 0.8, positive: [0.002, 0.004], negative: [-0.003, 0.001], bins: [-0.001, 0.003] }),
    forceMeasure({ kind: 'entropy', k: null, value: 0.5, positive: [-0.01, -0.01], negative: [0.02, 0.01] }),
  ],
  bins: [
    { low: 0, high: 0.5, answers: 10, tokenWeight: 0.4 },
    { low: 0.5, high: 1, answers: 5, tokenWeight: 0.1 },
  ],
  noise: null,
  ...changes,
});
