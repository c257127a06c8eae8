/** Reads the oracle cases of fixtures/oracle for tests: shapes in its README. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfidenceSpec, Objective, Scheduled } from '../experiment/types';
import type { RolloutSample } from '../algorithms/parts/types';

const root = join(import.meta.dirname, '../../fixtures/oracle');

interface RawObjective extends Partial<Omit<Objective, 'confidence'>> {
  readonly advantage: 'signed' | 'group-std' | 'group-mean' | 'leave-one-out';
  readonly confidence?: Omit<ConfidenceSpec, 'kind'>;
  readonly positiveWeight?: Scheduled;
}

interface RawBatch {
  readonly sequences: readonly {
    readonly prompt: number[];
    readonly completion: number[];
    readonly group: number;
    readonly reward: 0 | 1;
    readonly oldLogp: number[];
    readonly refLogp: number[];
  }[];
  readonly temperature: number;
  readonly step: number;
  readonly totalSteps: number;
}

export interface OracleCase {
  readonly name: string;
  readonly objective: Objective;
  readonly samples: readonly RolloutSample[];
  readonly step: number;
  readonly totalSteps: number;
  /** Expected tensor, row-major. */
  expected(tensor: string): { readonly shape: readonly number[]; readonly data: Float32Array };
}

const algorithmOf = { signed: 'signed', 'group-std': 'grpo', 'group-mean': 'drGrpo', 'leave-one-out': 'rloo' } as const;

const defaults: Objective = {
  name: '',
  algorithm: 'signed',
  positiveWeight: 0,
  negativeWeight: 0,
  confidence: null,
  virtualMaxReward: false,
  dropGroups: 'none',
  clipLow: 0.2,
  clipHigh: 0.2,
  clip: true,
  dualClip: null,
  normalizer: 'all',
  aggregation: 'token-mean',
  maxLength: null,
  entropyCoef: 0,
  klCoef: 0,
  klEstimator: 'k3',
  params: {},
};

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function readTensor(path: string, tensor: string): { shape: readonly number[]; data: Float32Array } {
  const file = readFileSync(path);
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const entry = header[tensor];
  if (entry === undefined) throw new Error(`${path} has no tensor ${tensor}`);
  const [begin, end] = entry.data_offsets;
  const bytes = Uint8Array.from(file.subarray(8 + headerLength + begin, 8 + headerLength + end));
  return { shape: entry.shape, data: new Float32Array(bytes.buffer) };
}

export function oracleCases(): OracleCase[] {
  const names = readdirSync(root).filter((name) => /^\d\d-/.test(name));
  return names.map((name) => {
    const raw = readJson<RawObjective>(join(root, name, 'objective.json'));
    const batch = readJson<RawBatch>(join(root, name, 'batch.json'));
    const { advantage, confidence, ...rest } = raw;
    return {
      name,
      objective: {
        ...defaults,
        ...rest,
        algorithm: algorithmOf[advantage],
        confidence: confidence === undefined ? null : { ...confidence, kind: 'power' },
      },
      samples: batch.sequences.map(({ group, reward, oldLogp, refLogp }) => ({
        group,
        reward,
        oldLogp,
        refLogp,
        values: null,
      })),
      step: batch.step,
      totalSteps: batch.totalSteps,
      expected: (tensor) => readTensor(join(root, name, 'expected.safetensors'), tensor),
    };
  });
}
