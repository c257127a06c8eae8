/** The ablations' tables: lambda, and updates per rollout x inner epochs x clip, all on the tiny group. */
import { mean, studentInterval } from '../../src/lib/stats.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import {
  basePool,
  passDifference,
  passOfRow,
  poolAt,
  withSeeds,
  type KeptRun,
  type Pool,
  type StepRow,
} from './data.ts';
import { difference, nameOf, overSeeds, percent, signed, table } from './format.ts';
import {
  ablationSteps,
  highLearningRate,
  isPresetSetting,
  lambdaName,
  lambdasBetween,
  psrSettings,
  tinySteps,
  updateName,
  updateSettings,
  type UpdateSetting,
} from './plan.ts';

const entropy = (row: EvaluationRow) => row.entropyNats;
const distinct = (row: EvaluationRow) => row.distinctCorrect;

/** Lambda from 0 (NSR) to 1 (REINFORCE) on the tiny group. */
export const lambdaPoints: readonly { readonly lambda: number; readonly name: string }[] = [
  { lambda: 0, name: 'nsr' },
  { lambda: 0.1, name: 'w-reinforce' },
  { lambda: 1, name: 'reinforce' },
  ...lambdasBetween.map((lambda) => ({ lambda, name: lambdaName(lambda) })),
].sort((a, b) => a.lambda - b.lambda);

export function lambdaTable(runs: readonly KeptRun[]): string {
  const base = basePool(runs, 'tiny');
  const rows = lambdaPoints.flatMap(({ lambda, name }) => {
    const pool = poolAt(runs, 'tiny', name, tinySteps);
    if (pool === null || base === null) return [];
    return [
      [
        String(lambda),
        String(pool.seeds.length),
        ...[1, 8, 64].map((k) => overSeeds(pool.perSeed(passOfRow(k)))),
        overSeeds(pool.perSeed(entropy)),
        overSeeds(pool.perSeed(distinct), (value) => value.toFixed(2)),
        ...[1, 8].map((k) => difference(passDifference(pool, base, k))),
      ],
    ];
  });
  const head = ['lambda', 'seeds', 'pass@1', 'pass@8', 'pass@64', 'entropy', 'distinct', '@1 − base', '@8 − base'];
  return table(head, rows);
}

/** Name of the run of a setting: the preset's own where it is the preset's setting. */
export function settingName(method: string, setting: UpdateSetting, rate?: number): string {
  return rate === undefined && isPresetSetting(setting) ? method : updateName(method, setting, rate);
}

interface SettingRow {
  readonly method: string;
  readonly setting: UpdateSetting;
  readonly rate?: number;
}

export const settingRows: readonly SettingRow[] = [
  ...updateSettings.map((setting) => ({ method: 'nsr', setting })),
  ...psrSettings.map((setting) => ({ method: 'psr', setting })),
  ...['nsr', 'psr'].flatMap((method) =>
    [true, false].map((clip) => ({
      method,
      setting: { updates: 4, epochs: 1, clip },
      rate: highLearningRate,
    })),
  ),
];

const meanOfSteps = (run: KeptRun, of: (row: StepRow) => number) =>
  mean(run.steps.filter(({ step }) => step < ablationSteps).map(of));

export function updatesTable(runs: readonly KeptRun[]): string {
  const rows = settingRows.flatMap(({ method, setting, rate }) => {
    const name = settingName(method, setting, rate);
    const pool = poolAt(runs, 'tiny', name, ablationSteps);
    if (pool === null) return [];
    const own = runs.filter((run) => run.group === 'tiny' && run.name === name);
    const clipped = own.map((run) =>
      meanOfSteps(run, (row) => (method === 'nsr' ? row.clipLowNegative : row.clipHighPositive)),
    );
    return [
      [
        nameOf(method),
        String(setting.updates),
        String(setting.epochs),
        setting.clip ? 'on' : 'off',
        rate === undefined ? '2e-4' : String(rate),
        String(pool.seeds.length),
        ...[1, 8].map((k) => overSeeds(pool.perSeed(passOfRow(k)))),
        overSeeds(pool.perSeed(entropy)),
        overSeeds(pool.perSeed(distinct), (value) => value.toFixed(2)),
        setting.clip ? percent(mean(clipped)) : '–',
      ],
    ];
  });
  const head = [
    'loss',
    'updates',
    'epochs',
    'clip',
    'lr',
    'seeds',
    'pass@1',
    'pass@8',
    'entropy',
    'distinct',
    'tokens clipped',
  ];
  return table(head, rows);
}

/** Runs of the tiny group at the ablations' last step, on the seeds that all of them have. */
function onSharedSeeds(runs: readonly KeptRun[], names: readonly string[]): (Pool | null)[] {
  const pools = names.map((name) => poolAt(runs, 'tiny', name, ablationSteps));
  const shared = (pools[0]?.seeds ?? []).filter((seed) => pools.every((pool) => pool?.seeds.includes(seed)));
  return names.map((name) => poolAt(withSeeds(runs, shared), 'tiny', name, ablationSteps));
}

/** What switching the clip on changes, seed by seed and problem by problem. */
export function clipTable(runs: readonly KeptRun[]): string {
  const rows = settingRows
    .filter(({ setting }) => setting.clip)
    .flatMap(({ method, setting, rate }) => {
      const names = [setting, { ...setting, clip: false }].map((one) => settingName(method, one, rate));
      const [on, off] = onSharedSeeds(runs, names);
      if (!on || !off) return [];
      const change = (of: (row: EvaluationRow) => number) => {
        const without = off.perSeed(of);
        return seedDifference(on.perSeed(of).map((value, index) => value - (without[index] ?? NaN)));
      };
      return [
        [
          nameOf(method),
          String(setting.updates),
          String(setting.epochs),
          rate === undefined ? '2e-4' : String(rate),
          String(on.seeds.length),
          ...[1, 8].map((k) => difference(passDifference(on, off, k))),
          change(entropy),
          change(distinct),
        ],
      ];
    });
  const head = [
    'loss',
    'updates',
    'epochs',
    'lr',
    'seeds',
    '@1, on − off',
    '@8, on − off',
    'entropy, on − off',
    'distinct, on − off',
  ];
  return table(head, rows);
}

/** Over seeds, Student's t: the only interval that a scalar of the whole evaluation has. */
function seedDifference(values: readonly number[]): string {
  return values.length < 2 ? signed(mean(values)) : difference(studentInterval(values));
}
