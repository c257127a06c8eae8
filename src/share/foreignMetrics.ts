/** Metrics of a run in verl, TRL or Weights & Biases as rows of ours: what has a name here, within the bounds of any file from outside. */
import type { MetricKey, MetricsRow } from '../records/rows';
import { parseBoundedJson } from '../lib/boundedJson';
import { failure, success, type Result } from '../lib/result';
import { parseCsv } from './csv';
import { mostRows } from './measured';

export type ForeignSource = 'verl' | 'TRL' | 'Weights & Biases';

export interface ForeignRun {
  readonly source: ForeignSource;
  readonly rows: readonly MetricsRow[];
  /** Names in the file that mean nothing here. */
  readonly ignored: number;
}

/** What the frameworks call our metrics; of several names that a row has, the first counts. */
const names = {
  correctRatio: ['nsr/accuracy', 'critic/score/mean', 'critic/rewards/mean', 'reward'],
  positiveWeight: ['nsr/positive_weight'],
  negativeWeight: ['nsr/negative_weight'],
  entropyNats: ['actor/entropy', 'entropy'],
  gradNorm: ['actor/grad_norm', 'grad_norm'],
  learningRate: ['actor/lr', 'learning_rate'],
  policyLoss: ['actor/pg_loss', 'policy_loss'],
  responseLength: ['response_length/mean', 'completions/mean_length'],
  truncatedShare: ['response_length/clip_ratio', 'completions/clipped_ratio'],
  clipLowNegative: ['actor/clip_low', 'clip_ratio/low_mean'],
  clipHighPositive: ['actor/clip_high', 'clip_ratio/high_mean'],
  approximateKl: ['actor/ppo_kl'],
  referenceKl: ['actor/kl_loss', 'kl_loss', 'kl'],
  valueLoss: ['critic/vf_loss'],
  criticGradNorm: ['critic/grad_norm'],
} as const satisfies Partial<Record<MetricKey, readonly string[]>>;

const shares: ReadonlySet<string> = new Set<MetricKey>([
  'correctRatio',
  'truncatedShare',
  'clipLowNegative',
  'clipHighPositive',
]);
const stepNames = ['step', '_step', 'Step', 'global_step', 'train/global_step', 'training/global_step'];
const secondNames = ['perf/time_per_step', 'timing_s/step', 'step_time'];
const tokenNames = ['num_tokens'];
/** Ours in TRL: in the first row of each rollout. TRL counts optimiser steps. */
const rolloutMark = 'nsr/accuracy';

const known = new Set<string>([...Object.values(names).flat(), ...stepNames, ...secondNames, ...tokenNames]);
/** Largest float32, as of every number from outside. */
const largest = 3.4028235e38;
const lineLimits = { characters: 1_000_000, depth: 6, keys: 5000, items: 50_000, string: 1_000_000 };
const fileLimits = { characters: 20_000_000, depth: 8, keys: 2_000_000, items: 1_000_000, string: 100_000 };

type Values = Readonly<Record<string, unknown>>;

/** The run in a file's text; null where the file is no such one; else one line saying why there is no run in it. */
export function parseForeignMetrics(text: string): Result<ForeignRun> | null {
  const start = text.trimStart();
  const [line = ''] = start.split('\n', 1);
  if (/^"?[\w/. ]*[Ss]tep"?,/.test(line)) return fromCsv(start);
  if (/"log_history"\s*:/.test(start)) return fromTrainerState(start);
  return /^\{.*\}\s*$/.test(line) && /"_?(?:global_)?step"\s*:\s*\d/.test(line) ? fromLines(start) : null;
}

/** verl's file logger ({step, data} a line), or a line of flat names as W&B's history and log files have it. */
function fromLines(text: string): Result<ForeignRun> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const records: Values[] = [];
  let nested = false;
  for (const [index, line] of lines.entries()) {
    const json = parseBoundedJson(line, lineLimits, { plainKeys: false });
    // A run that was killed leaves half a line.
    if (!json.ok && index === lines.length - 1 && records.length > 0) break;
    if (!json.ok) return failure(`The file was refused: line ${index + 1}: ${json.reason.message}`);
    const record = recordOf(json.value);
    const data = recordOf(record?.['data']);
    nested ||= data !== null;
    if (record !== null) records.push(data === null ? record : { ...data, step: record['step'] });
  }
  return assemble(nested ? 'verl' : 'Weights & Biases', records);
}

/** trainer_state.json of a checkpoint. */
function fromTrainerState(text: string): Result<ForeignRun> {
  const json = parseBoundedJson(text, fileLimits, { plainKeys: false });
  if (!json.ok) return failure(`The file was refused: ${json.reason.message}`);
  const history = recordOf(json.value)?.['log_history'];
  if (!Array.isArray(history)) return failure('The file was refused: log_history is no list');
  const records = history.map(recordOf).filter((entry) => entry !== null);
  // Evaluations and the summary at the end have other names.
  return assemble(
    'TRL',
    records.filter(
      (record) => !('train_runtime' in record) && !Object.keys(record).some((key) => key.startsWith('eval_')),
    ),
  );
}

/** "Step" and a column per run and metric: `run - critic/score/mean`, with `__MIN` and `__MAX` beside it. */
function fromCsv(text: string): Result<ForeignRun> {
  const table = parseCsv(text, mostRows + 1);
  const [head = [], ...rows] = table;
  const columns = head.map((name) => name.slice(name.lastIndexOf(' - ') < 0 ? 0 : name.lastIndexOf(' - ') + 3).trim());
  const records = rows.map((cells) =>
    Object.fromEntries(
      columns.flatMap((name, index): [string, number][] => {
        const cell = cells[index]?.trim() ?? '';
        const value = Number(cell);
        return cell === '' || !Number.isFinite(value) ? [] : [[name.replace(/^train\//, ''), value]];
      }),
    ),
  );
  return assemble('Weights & Biases', records);
}

function recordOf(value: unknown): Values | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : null;
}

function assemble(source: ForeignSource, records: readonly Values[]): Result<ForeignRun> {
  if (records.length > mostRows) return failure(`The file was refused: more than ${mostRows} rows`);
  const marked = source !== 'verl' && records.some((record) => rolloutMark in record);
  const groups = new Map<number, Values[]>();
  let rollout = -1;
  for (const record of records) {
    if (rolloutMark in record) rollout += 1;
    const step = marked ? rollout : numberOf(record, stepNames);
    if (step === null || !Number.isInteger(step) || step < 0 || step > 1e6) continue;
    const group = groups.get(step) ?? [];
    group.push(record);
    groups.set(step, group);
  }
  const steps = [...groups.keys()].sort((a, b) => a - b);
  let seconds = 0;
  let tokens = 0;
  const rows = steps.flatMap((step): MetricsRow[] => {
    const group = groups.get(step) ?? [];
    const metrics = Object.entries(names).flatMap(([key, candidates]): [string, number][] => {
      const values = group.flatMap((record) => boundedShare(key, numberOf(record, candidates)) ?? []);
      return values.length === 0 ? [] : [[key, values.reduce((sum, value) => sum + value, 0) / values.length]];
    });
    if (metrics.length === 0) return [];
    for (const record of group) {
      seconds += Math.max(0, numberOf(record, secondNames) ?? 0);
      tokens = Math.max(tokens, numberOf(record, tokenNames) ?? 0);
    }
    return [
      {
        ...(Object.fromEntries(metrics) as { readonly [Key in MetricKey]?: number }),
        step,
        tokens,
        seconds,
      },
    ];
  });
  if (rows.length === 0) return failure('The file has no metric of a training run that is known here');
  // Both frameworks count from 1.
  const first = marked || rows[0]?.step === 0 ? 0 : 1;
  const others = new Set(records.flatMap((record) => Object.keys(record)).filter((name) => !known.has(name)));
  return success({
    source,
    rows: rows.map((row) => ({ ...row, step: row.step - first })),
    ignored: others.size,
  });
}

function numberOf(record: Values, candidates: readonly string[]): number | null {
  for (const name of candidates) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (typeof value === 'number' && Math.abs(value) <= largest) return value;
  }
  return null;
}

/** Rewards need not be verdicts: what is no share is left out. */
function boundedShare(key: string, value: number | null): number | null {
  return value === null || (shares.has(key) && (value < 0 || value > 1)) ? null : value;
}
