import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyParams } from '../../experiment/params.fixture';
import { parseExperiment } from '../../experiment/parseExperiment';
import { buildCatalogue } from '../../trainer/catalogue';
import { evaluateMapping, mappings } from './registry';
import { largestWeight } from './shared';

const catalogue = buildCatalogue();
const confidences = fc.double({ min: 0, max: 1, noNaN: true });
const anyOf = (definition: (typeof mappings)[number]) => anyParams(definition.params, { min: 0, max: largestWeight });

it('every mapping of the folder is registered under its file name', () => {
  const files = readdirSync(join(import.meta.dirname, '..'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  expect(mappings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(files));
});

describe.each(mappings.map((definition) => [definition.kind, definition] as const))('%s', (kind, definition) => {
  it('goes through the points of its examples', () => {
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const { params, points } of definition.examples)
      for (const [confidence, weight] of points)
        expect(evaluateMapping({ ...params, kind }, confidence)).toBeCloseTo(weight, 12);
  });

  it('stays finite, not negative and within the largest weight', () => {
    fc.assert(
      fc.property(anyOf(definition), confidences, (params, confidence) => {
        const weight = evaluateMapping({ ...params, kind }, confidence);
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(largestWeight * (1 + 1e-9));
      }),
    );
  });

  it('printed as JSON and read back in an experiment is the same mapping', () => {
    fc.assert(
      fc.property(anyOf(definition), confidences, (params, confidence) => {
        const given = { ...params, kind };
        const { objective } = parseExperiment(
          JSON.parse(JSON.stringify({ objective: { confidence: given } })),
          catalogue,
        );
        expect(evaluateMapping(objective.confidence ?? { kind: '' }, confidence)).toBe(
          evaluateMapping(given, confidence),
        );
      }),
      { numRuns: 60 },
    );
  });
});
