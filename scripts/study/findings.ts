/** The short answers of docs/study.md: sentences whose numbers come from the runs. What they mean is said in the page. */
import { mean, type Interval } from '../../src/lib/stats.ts';
import { settingName } from './ablations.ts';
import {
  basePool,
  coldPools,
  commonPassAt1,
  crossingAt,
  passDifference,
  passOf,
  pathOf,
  poolAt,
  type KeptRun,
  type Pool,
} from './data.ts';
import { difference, nameOf, percent, three } from './format.ts';
import {
  ablationSteps,
  additionSteps,
  comparedStep,
  coreMethods,
  evidenceSteps,
  hardNames,
  hardSteps,
  highLearningRate,
  methodNames,
  tinySteps,
  updateSettings,
  type StudyGroup,
} from './plan.ts';

type Finding = (runs: readonly KeptRun[]) => string | null;

const gains: Finding = (runs) => {
  const base = basePool(runs, 'main');
  const told = ['nsr', 'w-reinforce'].flatMap((name) => {
    const pool = poolAt(runs, 'main', name, evidenceSteps);
    if (base === null || pool === null) return [];
    const gain = passDifference(pool, base, 1);
    return [`${nameOf(name)} ${difference(gain)}, which is ${percent(gain.mean / passOf(base, 1).mean)} of the base`];
  });
  return base === null || told.length < 2
    ? null
    : `**Learning from mistakes works.** In ${evidenceSteps} steps pass@1 on held-out four-number problems rises from ${three(passOf(base, 1).mean)}: ${told.join('; ')}.`;
};

const ordering: Finding = (runs) => {
  const pools = coreMethods.flatMap((name) => poolAt(runs, 'main', name, comparedStep) ?? []);
  if (pools.length < coreMethods.length) return null;
  const by = (k: number) =>
    [...pools]
      .sort((a, b) => passOf(b, k).mean - passOf(a, k).mean)
      .map((pool) => `${nameOf(pool.name)} ${three(passOf(pool, k).mean)}`)
      .join(' > ');
  return `**At equal steps the published ordering appears** (four numbers, step ${comparedStep}): pass@1 ${by(1)}; pass@64 ${by(64)}.`;
};

const equalPass: Finding = (runs) => {
  const base = basePool(runs, 'main');
  const paths = coreMethods.flatMap((name) => pathOf(runs, 'main', name) ?? []);
  if (base === null || paths.length < coreMethods.length) return null;
  const highest = commonPassAt1(paths);
  const middle = (mean(base.perProblem(1)) + highest) / 2;
  const [psr, nsr] = ['psr', 'nsr'].map((name) => paths.find((path) => path.name === name));
  const compare = (target: number, k: number) => {
    const [a, b] = [psr, nsr].map((path) => (path === undefined ? null : crossingAt(path, target)));
    return !a || !b ? '' : difference(passDifference(a, b, k));
  };
  return `**At equal pass@1 that advantage is gone, and turns round as training goes on.** PSR minus NSR, four numbers, at pass@1 = ${three(middle)}: pass@8 ${compare(middle, 8)}, pass@64 ${compare(middle, 64)}; at pass@1 = ${three(highest)}: pass@8 ${compare(highest, 8)}, pass@64 ${compare(highest, 64)}.`;
};

/** How often a trained model is above, below, or not told from its base at k of 8 and more. */
const largeK: Finding = (runs) => {
  const count = (group: StudyGroup, names: readonly string[], step: number) => {
    const base = basePool(runs, group);
    const pools = names.flatMap((name) => poolAt(runs, group, name, step) ?? []);
    const all = base === null ? [] : pools.flatMap((pool) => [8, 16, 32, 64].map((k) => passDifference(pool, base, k)));
    return sides(all);
  };
  const groups = [
    `four numbers ${count('main', methodNames, comparedStep)}`,
    `three numbers ${count('tiny', methodNames, tinySteps)}`,
    `hard ${count('hard', hardNames, hardSteps)}`,
    `addition ${count('addition', coreMethods, additionSteps)}`,
  ];
  return `**Against the base at large k** (every method, k = 8, 16, 32, 64, paired): ${groups.join('; ')}.`;
};

function sides(intervals: readonly Interval[]): string {
  const above = intervals.filter(({ low }) => low > 0).length;
  const below = intervals.filter(({ high }) => high < 0).length;
  return `${above} above, ${below} below, ${intervals.length - above - below} not told apart`;
}

const oneRightAnswer: Finding = (runs) => {
  const base = basePool(runs, 'addition');
  const told = coreMethods.flatMap((name) => {
    const pool = poolAt(runs, 'addition', name, additionSteps);
    if (base === null || pool === null) return [];
    const at = [8, 16, 64].map((k) => `@${k} ${difference(passDifference(pool, base, k))}`);
    return [`${nameOf(name)} ${at.join(', ')}`];
  });
  return told.length === 0
    ? null
    : `**Where each problem has one right answer, training can lift larger k too** (addition, step ${additionSteps}, minus base): ${told.join('; ')}.`;
};

const cold: Finding = (runs) => {
  const [base, ...pools] = coldPools(runs, coreMethods);
  const nsr = pools.find(({ name }) => name === 'nsr');
  if (base === undefined || nsr === undefined) return null;
  return `**At the papers' sampling temperature** NSR minus base is ${difference(passDifference(nsr, base, 1))} at k = 1 and ${difference(passDifference(nsr, base, 64))} at k = 64.`;
};

const clip: Finding = (runs) => {
  const base = basePool(runs, 'tiny');
  const entropyOf = (pool: Pool) => mean(pool.perSeed((row) => row.entropyNats));
  const pair = (method: string, rate?: number) =>
    [true, false].map((on) =>
      poolAt(runs, 'tiny', settingName(method, { updates: 4, epochs: 1, clip: on }, rate), ablationSteps),
    );
  const [on, off] = pair('nsr', highLearningRate);
  const clipped = updateSettings.flatMap((setting) =>
    setting.clip ? (poolAt(runs, 'tiny', settingName('nsr', setting), ablationSteps) ?? []) : [],
  );
  if (base === null || !on || !off || clipped.length === 0) return null;
  const entropies = clipped.map(entropyOf);
  return `**The lower clip keeps NSR alive; at ordinary rates it adds no entropy.** NSR at learning rate ${highLearningRate} ends at pass@1 ${three(passOf(on, 1).mean)} with the clip and ${three(passOf(off, 1).mean)} without (difference ${difference(passDifference(on, off, 1))}), at entropy ${three(entropyOf(on))} and ${three(entropyOf(off))}. At the tiny group's usual rate entropy with the clip lies between ${three(Math.min(...entropies))} and ${three(Math.max(...entropies))} over all numbers of updates and epochs; the base has ${three(entropyOf(base))}.`;
};

const confidence: Finding = (runs) => {
  const base = basePool(runs, 'tiny');
  const told = ['cw-nsr', 'cw-nsr-equal-budget', 'cw-nsr-pure'].flatMap((name) => {
    const pool = poolAt(runs, 'tiny', name, tinySteps);
    return base === null || pool === null ? [] : [`${nameOf(name)} ${difference(passDifference(pool, base, 1))}`];
  });
  return told.length === 0
    ? null
    : `**Confidence weighting costs what it should save.** pass@1 minus base, three numbers, step ${tinySteps}: ${told.join('; ')}.`;
};

const findings: readonly Finding[] = [gains, ordering, equalPass, largeK, oneRightAnswer, cold, clip, confidence];

export function findingsList(runs: readonly KeptRun[]): string {
  return findings
    .flatMap((find) => find(runs) ?? [])
    .map((text) => `- ${text}`)
    .join('\n');
}
