/** The tables of docs/study.md as Markdown, each from the kept runs alone. */
import { mean, sampleStd, studentInterval, type Interval } from '../src/lib/stats.ts';
import type { EvaluationRow } from '../src/trainer/metrics.ts';
import {
  basePool,
  commonPassAt1,
  crossingAt,
  passDifference,
  passOf,
  passOfRow,
  pathOf,
  poolAt,
  type KeptRun,
  type Pool,
  type StepRow,
} from './studyData.ts';
import {
  ablationSteps,
  comparedStep,
  coreMethods,
  evidenceSteps,
  highLearningRate,
  isPresetSetting,
  lambdaName,
  lambdasBetween,
  otherMethods,
  psrSettings,
  updateName,
  updateSettings,
  type StudyGroup,
  type UpdateSetting,
} from './studyPlan.ts';

export const tinySteps = 60;
export const additionSteps = 40;
export const hardSteps = 60;
export const hardNames = ['nsr', 'w-reinforce', 'psr', 'grpo', 'nsr-warm', 'nsr-batch256'] as const;

const entropy = (row: EvaluationRow) => row.entropyNats;
const distinct = (row: EvaluationRow) => row.distinctCorrect;
const greedy = (row: EvaluationRow) => row.greedyAccuracy;

export const three = (value: number) => value.toFixed(3);
const signed = (value: number) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(3);
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

/** A difference with its 95 % interval, in bold where that excludes 0. */
function difference({ mean: centre, low, high }: Interval): string {
  const shown = `${signed(centre)} [${signed(low)}, ${signed(high)}]`;
  return low > 0 || high < 0 ? `**${shown}**` : shown;
}

const withInterval = ({ mean: centre, low, high }: Interval) => `${three(centre)} [${three(low)}, ${three(high)}]`;

/** One value per seed as mean ± standard deviation. */
function overSeeds(values: readonly number[], print = three): string {
  return values.length < 2 ? print(mean(values)) : `${print(mean(values))} ± ${print(sampleStd(values))}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '_No run of this table is finished yet._';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const printed: Readonly<Record<string, string>> = {
  base: 'base',
  nsr: 'NSR',
  psr: 'PSR',
  'w-reinforce': 'W-REINFORCE',
  reinforce: 'REINFORCE',
  grpo: 'GRPO',
  dapo: 'DAPO',
  ngrpo: 'NGRPO',
  ppo: 'PPO',
  'a-nsr-exponential': 'A-NSR, exponential',
  'a-nsr-cosine': 'A-NSR, cosine',
  'a-nsr-accuracy': 'A-NSR, accuracy',
  'cw-nsr': 'CW-NSR',
  'cw-nsr-equal-budget': 'CW-NSR, equal budget',
  'cw-nsr-pure': 'CW-NSR, no positive term',
  'nsr-warm': 'NSR, rollouts at T = 1.3',
  'nsr-batch256': 'NSR, 256 prompts a step',
};
export const nameOf = (name: string) => printed[name] ?? name;

/** Names of a group that have a run, in the plan's order. */
function present(runs: readonly KeptRun[], group: StudyGroup, names: readonly string[]): string[] {
  return names.filter((name) => runs.some((run) => run.group === group && run.name === name));
}

export const methodNames = [...coreMethods, ...otherMethods] as const;

/** Issue 2: NSR and W-REINFORCE against the base, each seed and pooled. */
export function evidenceTable(runs: readonly KeptRun[]): string {
  const base = basePool(runs, 'main');
  if (base === null) return table([], []);
  const rows = ['nsr', 'w-reinforce'].flatMap((name) => {
    const pool = poolAt(runs, 'main', name, evidenceSteps);
    if (pool === null) return [];
    const single = runs.filter((run) => run.group === 'main' && run.name === name);
    const each = single.flatMap((run) => {
      const own = poolAt([run], 'main', name, evidenceSteps);
      return own === null ? [] : [evidenceRow(`${nameOf(name)}, seed ${run.seed}`, own, base)];
    });
    return [...each, evidenceRow(`**${nameOf(name)}, ${pool.seeds.length} seeds**`, pool, base)];
  });
  const start = ['base', withInterval(passOf(base, 1)), '', ''];
  return table(['', 'pass@1', 'minus base, paired', 'of base'], [start, ...rows]);
}

function evidenceRow(label: string, pool: Pool, base: Pool): string[] {
  const gain = passDifference(pool, base, 1);
  return [label, withInterval(passOf(pool, 1)), difference(gain), `+${percent(gain.mean / passOf(base, 1).mean)}`];
}

/** Every method at the same number of rollout steps. */
export function levelTable(
  runs: readonly KeptRun[],
  group: StudyGroup,
  names: readonly string[],
  step: number,
  ks: readonly number[],
): string {
  const base = basePool(runs, group);
  const pools = names.flatMap((name) => poolAt(runs, group, name, step) ?? []);
  const head = ['method', 'seeds', ...ks.map((k) => `pass@${k}`), 'greedy', 'entropy', 'distinct'];
  const rows = [...(base === null ? [] : [base]), ...pools].map((pool) => [
    nameOf(pool.name),
    pool.name === 'base' ? '' : String(pool.seeds.length),
    ...ks.map((k) => overSeeds(pool.perSeed(passOfRow(k)))),
    overSeeds(pool.perSeed(greedy)),
    overSeeds(pool.perSeed(entropy)),
    overSeeds(pool.perSeed(distinct), (value) => value.toFixed(2)),
  ]);
  return table(head, pools.length === 0 ? [] : rows);
}

/** Paired differences to the base and to NSR at that step. */
export function differenceTable(
  runs: readonly KeptRun[],
  group: StudyGroup,
  names: readonly string[],
  step: number,
  ks: readonly number[],
): string {
  const base = basePool(runs, group);
  const nsr = poolAt(runs, group, 'nsr', step);
  if (base === null) return table([], []);
  const head = ['method', ...ks.map((k) => `@${k} − base`), ...ks.map((k) => `@${k} − NSR`)];
  const rows = names.flatMap((name) => {
    const pool = poolAt(runs, group, name, step);
    if (pool === null) return [];
    // Only the seeds that both have: the same prompts.
    const shared = nsr === null ? null : poolAt(withSeeds(runs, pool.seeds), group, 'nsr', step);
    return [
      [
        nameOf(name),
        ...ks.map((k) => difference(passDifference(pool, base, k))),
        ...ks.map((k) => (name === 'nsr' || shared === null ? '' : difference(passDifference(pool, shared, k)))),
      ],
    ];
  });
  return table(head, rows);
}

function withSeeds(runs: readonly KeptRun[], seeds: readonly number[]): KeptRun[] {
  return runs.filter(({ seed }) => seeds.includes(seed));
}

/** Every method where it first reaches the pass@1 that all of them reach, against NSR there. */
export function equalPassTable(
  runs: readonly KeptRun[],
  group: StudyGroup,
  names: readonly string[],
  ks: readonly number[],
): string {
  const base = basePool(runs, group);
  const paths = names.flatMap((name) => pathOf(runs, group, name) ?? []);
  const rising = base === null ? [] : paths.filter((path) => commonPassAt1([path]) > mean(base.perProblem(1)) * 1.1);
  if (rising.length === 0) return table([], []);
  const target = commonPassAt1(rising);
  const crossings = rising.flatMap((path) => crossingAt(path, target) ?? []);
  const nsr = crossings.find(({ name }) => name === 'nsr');
  const head = ['method', 'seeds', 'step', ...ks.map((k) => `pass@${k}`), 'entropy', 'distinct'];
  const rows = crossings.map((crossing) => [
    nameOf(crossing.name),
    String(crossing.seeds),
    crossing.step.toFixed(0),
    ...ks.map((k) => three(mean(crossing.perProblem(k)))),
    three(crossing.scalar(entropy)),
    crossing.scalar(distinct).toFixed(2),
  ]);
  const against = crossings.flatMap((crossing) =>
    nsr === undefined || crossing === nsr
      ? []
      : [[nameOf(crossing.name), ...ks.map((k) => difference(passDifference(crossing, nsr, k)))]],
  );
  const left = paths.filter((path) => !rising.includes(path)).map(({ name }) => nameOf(name));
  return [
    `At pass@1 = ${three(target)}${left.length === 0 ? '' : ` (left out, since they never gain a tenth: ${left.join(', ')})`}:`,
    table(head, rows),
    'Minus NSR at the same pass@1, paired by problem:',
    table(['method', ...ks.map((k) => `@${k} − NSR`)], against),
  ].join('\n\n');
}

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
        percent(mean(clipped)),
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
    'tokens beyond',
  ];
  return table(head, rows);
}

/** What switching the clip on changes, seed by seed and problem by problem. */
export function clipTable(runs: readonly KeptRun[]): string {
  const rows = settingRows
    .filter(({ setting }) => setting.clip)
    .flatMap(({ method, setting, rate }) => {
      const on = poolAt(runs, 'tiny', settingName(method, setting, rate), ablationSteps);
      const off = poolAt(runs, 'tiny', settingName(method, { ...setting, clip: false }, rate), ablationSteps);
      if (on === null || off === null || on.seeds.join() !== off.seeds.join()) return [];
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

const all = [1, 2, 4, 8, 16, 32, 64];

/** Every block of docs/study.md, by the name in its marker. */
export const blocks: Readonly<Record<string, (runs: readonly KeptRun[]) => string>> = {
  evidence: evidenceTable,
  'main-levels': (runs) => levelTable(runs, 'main', present(runs, 'main', methodNames), comparedStep, all),
  'main-differences': (runs) =>
    differenceTable(runs, 'main', present(runs, 'main', methodNames), comparedStep, [1, 8, 64]),
  'main-equal': (runs) => equalPassTable(runs, 'main', present(runs, 'main', methodNames), [4, 8, 16, 64]),
  'tiny-levels': (runs) =>
    levelTable(runs, 'tiny', present(runs, 'tiny', methodNames), tinySteps, [1, 2, 4, 8, 16, 64]),
  'tiny-differences': (runs) =>
    differenceTable(runs, 'tiny', present(runs, 'tiny', methodNames), tinySteps, [1, 8, 64]),
  'tiny-equal': (runs) => equalPassTable(runs, 'tiny', present(runs, 'tiny', methodNames), [4, 8, 16]),
  lambda: lambdaTable,
  updates: updatesTable,
  clip: clipTable,
  'hard-levels': (runs) => levelTable(runs, 'hard', present(runs, 'hard', hardNames), hardSteps, [1, 4, 16, 32, 64]),
  'hard-differences': (runs) => differenceTable(runs, 'hard', present(runs, 'hard', hardNames), hardSteps, [1, 16, 64]),
  'addition-levels': (runs) =>
    levelTable(runs, 'addition', present(runs, 'addition', coreMethods), additionSteps, [1, 2, 4, 8, 16, 64]),
  'addition-differences': (runs) =>
    differenceTable(runs, 'addition', present(runs, 'addition', coreMethods), additionSteps, [1, 8, 64]),
  'addition-equal': (runs) => equalPassTable(runs, 'addition', present(runs, 'addition', coreMethods), [4, 8, 64]),
};
