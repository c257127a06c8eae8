/** The tables of docs/study.md as Markdown, each from the kept runs alone. */
import { mean } from '../../src/lib/stats.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import {
  basePool,
  coldPools,
  commonPassAt1,
  crossingAt,
  passDifference,
  passOf,
  passOfRow,
  pathOf,
  poolAt,
  withSeeds,
  type Crossing,
  type KeptRun,
  type Path,
  type Pool,
} from './data.ts';
import { difference, nameOf, overSeeds, percent, table, three, withInterval } from './format.ts';
import { coreMethods, evidenceSteps, type StudyGroup } from './plan.ts';

const entropy = (row: EvaluationRow) => row.entropyNats;
const distinct = (row: EvaluationRow) => row.distinctCorrect;
const greedy = (row: EvaluationRow) => row.greedyAccuracy;

/** Names of a group that have a run, in the plan's order. */
export function present(runs: readonly KeptRun[], group: StudyGroup, names: readonly string[]): string[] {
  return names.filter((name) => runs.some((run) => run.group === group && run.name === name));
}

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

/** The final models at the papers' temperature, with their differences to the base there. */
export function coldTable(runs: readonly KeptRun[]): string {
  const pools = coldPools(runs, coreMethods);
  const [base] = pools;
  const head = ['method', 'seeds', ...[1, 8, 64].map((k) => `pass@${k}`), ...[1, 8, 64].map((k) => `@${k} − base`)];
  const rows = pools.map((pool) => [
    nameOf(pool.name),
    pool.name === 'base' ? '' : String(pool.seeds.length),
    ...[1, 8, 64].map((k) => overSeeds(pool.perSeed(passOfRow(k)))),
    ...[1, 8, 64].map((k) => (base === undefined || pool === base ? '' : difference(passDifference(pool, base, k)))),
  ]);
  return table(head, rows);
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

/** Paired differences of `names` to another method at the same step, on the seeds that both have. */
export function againstTable(
  runs: readonly KeptRun[],
  parts: readonly { readonly group: StudyGroup; readonly step: number; readonly label: string }[],
  names: readonly string[],
  other: string,
  ks: readonly number[],
): string {
  const head = ['method', 'group', 'seeds', ...ks.map((k) => `@${k} − ${nameOf(other)}`)];
  const rows = parts.flatMap(({ group, step, label }) =>
    names.flatMap((name) => {
      const pool = poolAt(runs, group, name, step);
      const shared = pool === null ? null : poolAt(withSeeds(runs, pool.seeds), group, other, step);
      if (pool === null || shared === null) return [];
      const own = withSeeds(runs, shared.seeds);
      const paired = poolAt(own, group, name, step) ?? pool;
      return [
        [
          nameOf(name),
          label,
          String(paired.seeds.length),
          ...ks.map((k) => difference(passDifference(paired, shared, k))),
        ],
      ];
    }),
  );
  return table(head, rows);
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
  const highest = commonPassAt1(rising);
  const start = base === null ? highest : mean(base.perProblem(1));
  const left = paths.filter((path) => !rising.includes(path)).map(({ name }) => nameOf(name));
  const without = left.length === 0 ? '' : `Left out, since they never gain a tenth: ${left.join(', ')}.`;
  const parts = [0.5, 0.75, 1].flatMap((share) => {
    const target = start + share * (highest - start);
    const where = share === 1 ? 'the highest that all of them reach' : `${share * 100} % of the way there`;
    return [`At pass@1 = ${three(target)}, ${where}:`, crossingTable(runs, group, rising, target, ks)];
  });
  return [...parts, ...(without === '' ? [] : [without])].join('\n\n');
}

function crossingTable(
  runs: readonly KeptRun[],
  group: StudyGroup,
  paths: readonly Path[],
  target: number,
  ks: readonly number[],
): string {
  const crossings = paths.flatMap((path) => crossingAt(path, target) ?? []);
  /** NSR on the seeds that the other has. */
  const nsrBeside = ({ name, seeds }: Crossing) => {
    const path = name === 'nsr' ? null : pathOf(withSeeds(runs, seeds), group, 'nsr');
    return path === null ? null : crossingAt(path, target);
  };
  const head = [
    'method',
    'seeds',
    'step',
    ...ks.map((k) => `pass@${k}`),
    'entropy',
    'distinct',
    ...ks.map((k) => `@${k} − NSR`),
  ];
  const rows = crossings.map((crossing) => {
    const nsr = nsrBeside(crossing);
    return [
      nameOf(crossing.name),
      String(crossing.seeds.length),
      crossing.step.toFixed(0),
      ...ks.map((k) => three(mean(crossing.perProblem(k)))),
      three(crossing.scalar(entropy)),
      crossing.scalar(distinct).toFixed(2),
      ...ks.map((k) => (nsr === null ? '' : difference(passDifference(crossing, nsr, k)))),
    ];
  });
  return table(head, rows);
}
