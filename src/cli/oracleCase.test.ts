/** What a case may say, and that nothing it says is ignored. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { weighBatch } from '../objective/weighBatch';
import { temporaryFolder } from './nsr.fixture';
import { readOracleCase } from './oracleCase';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Json = Readonly<Record<string, unknown>>;
let made = 0;

/** A copy of case 07 (CW-NSR) with other fields. */
function caseWith(objective: Json, changeBatch: (batch: Json) => Json = (batch) => batch): string {
  const folder = join(root, String(made++));
  cpSync('fixtures/oracle/07-cw-nsr-qwen2', folder, { recursive: true });
  const edit = (name: string, change: (json: Json) => Json) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Json)));
  };
  edit('objective.json', (json) => ({ ...json, ...objective }));
  edit('batch.json', changeBatch);
  return folder;
}

function weigh(folder: string) {
  const { experiment, moment, rollouts } = readOracleCase(folder);
  return weighBatch(experiment, moment, rollouts);
}

const withSequences =
  (change: (sequence: Json) => Json) =>
  (batch: Json): Json => ({ ...batch, sequences: (batch['sequences'] as readonly Json[]).map(change) });

describe('objective.json', () => {
  it('switches the clip off and chooses the KL estimator', () => {
    const { at } = weigh(caseWith({ clip: false, klEstimator: 'k1', dualClip: 3 }));
    expect(at.loss).toMatchObject({ clipLow: Infinity, clipHigh: Infinity, klEstimator: 'k1', dualClip: 3 });
  });

  it('leaves confidences alone under an algorithm that does not read them', () => {
    expect(new Set(weigh(caseWith({ advantage: 'group-std' })).rated.map(({ weight }) => weight))).toEqual(
      new Set([1]),
    );
    expect(weigh(caseWith({})).rated.some(({ weight }) => weight < 1)).toBe(true);
  });

  it('takes any mapping, scope and kind of schedule', () => {
    const { at, rated } = weigh(
      caseWith({
        confidence: { kind: 'threshold', at: 0.5, min: 0.25, max: 1, scope: 'token' },
        negativeWeight: { kind: 'accuracy', min: 0.5, max: 1.5 },
      }),
    );
    const right = rated.filter(({ reward }) => reward === 1).length / rated.length;
    expect(at.coefficients.negativeWeight).toBeCloseTo(0.5 + (1 - right), 12);
    const sizes = rated.flatMap(({ reward, advantage }) => (reward === 0 ? Array.from(advantage) : []));
    const beta = Math.fround(at.coefficients.negativeWeight);
    expect(new Set(sizes)).toEqual(new Set([-beta, Math.fround(-at.coefficients.negativeWeight / 4)]));
  });

  it('names an algorithm of ours with its parameters, and how long an answer may be', () => {
    const objective = { advantage: undefined, algorithm: 'dapo', params: { overlongBuffer: 4 } };
    const short = weigh(caseWith(objective, (batch) => ({ ...batch, maxNewTokens: 64 })));
    const tight = weigh(caseWith(objective));
    expect(tight.at.maxNewTokens).toBeLessThan(64);
    expect(tight.rated.map(({ advantage }) => advantage[0])).not.toEqual(
      short.rated.map(({ advantage }) => advantage[0]),
    );
  });

  it('trains PPO on the values of the batch', () => {
    const values = withSequences((one) => ({ ...one, values: (one['completion'] as number[]).map(() => 0.5) }));
    const { rated } = weigh(caseWith({ advantage: undefined, algorithm: 'ppo', confidence: undefined }, values));
    expect(rated.every(({ returns }) => returns !== null)).toBe(true);
    expect(() => weigh(caseWith({ advantage: undefined, algorithm: 'ppo' }))).toThrow('sequences.0.values');
  });
});

describe('refuses by name', () => {
  it.each([
    [{ reference: 'base' }, 'objective.json: reference: "base" is not allowed; allowed: a case with an adapter'],
    [{ reference: 'other' }, 'objective.json: reference: "other"'],
    [{ advantage: 'nonsense' }, 'objective.json: advantage: "nonsense"'],
    [{ temperature: 1 }, 'objective.json: temperature'],
    [{ clipLow: -1 }, 'objective.json: clipLow: -1'],
    [{ aggregation: 'constant' }, 'objective.json: maxLength: "nothing"'],
    [{ negativeWeight: { kind: 'zigzag' } }, 'objective.json: negativeWeight.kind: "zigzag"'],
  ])('%j', (objective, message) => {
    expect(() => readOracleCase(caseWith(objective))).toThrow(message);
  });

  it('a KL term without log-probabilities of the reference', () => {
    const folder = caseWith(
      { klCoef: 0.1 },
      withSequences(({ refLogp: _, ...rest }) => rest),
    );
    expect(() => weigh(folder)).toThrow('sequences.0.refLogp');
  });
});
