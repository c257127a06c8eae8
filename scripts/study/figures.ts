/** The figures of docs/study.md as SVG, each from the kept runs alone. */
import { mean, studentInterval } from '../../src/lib/stats.ts';
import type { EvaluationRow } from '../../src/records/metrics.ts';
import { basePool, passOf, passOfRow, pathOf, poolAt, type KeptRun, type Pool } from './data.ts';
import { lambdaPoints, settingName } from './ablations.ts';
import { nameOf } from './format.ts';
import {
  ablationSteps,
  comparedStep,
  coreMethods,
  hardNames,
  hardSteps,
  highLearningRate,
  tinySteps,
  updateSettings,
  type StudyGroup,
} from './plan.ts';
import { drawFigure, type Panel, type Point, type Series } from './plot.ts';

const ks = [1, 2, 4, 8, 16, 32, 64];
const entropy = (row: EvaluationRow) => row.entropyNats;

function fanPanel(
  runs: readonly KeptRun[],
  group: StudyGroup,
  names: readonly string[],
  step: number,
  title: string,
): Panel {
  const pools = [basePool(runs, group), ...names.map((name) => poolAt(runs, group, name, step))];
  const series = pools.flatMap((pool): Series[] =>
    pool === null
      ? []
      : [
          {
            label: nameOf(pool.name),
            dashed: pool.name === 'base',
            colour: colourOf(pool.name),
            points: ks.map((k) => {
              const { mean: y, low, high } = passOf(pool, k);
              return { x: k, y, low, high };
            }),
          },
        ],
  );
  return { title, xLabel: 'k', yLabel: 'pass@k', logX: true, series };
}

/** One colour per method in every figure. */
const coloured = ['base', ...coreMethods, 'grpo', 'nsr-warm', 'nsr-batch256'];
const colourOf = (name: string) => Math.max(0, coloured.indexOf(name));

/** pass@k against pass@1 along the way: where the lines lie on each other, the methods differ in speed only. */
function pathPanel(runs: readonly KeptRun[], group: StudyGroup, k: number, names: readonly string[]): Panel {
  const series = names.flatMap((name): Series[] => {
    const path = pathOf(runs, group, name);
    if (path === null) return [];
    const points = path.points.map(({ pool }) => ({ x: mean(pool.perProblem(1)), y: mean(pool.perProblem(k)) }));
    return [{ label: nameOf(name), colour: colourOf(name), points }];
  });
  return { title: `pass@${k} against pass@1`, xLabel: 'pass@1', yLabel: `pass@${k}`, series };
}

function entropyPanel(runs: readonly KeptRun[], group: StudyGroup, names: readonly string[]): Panel {
  const series = names.flatMap((name): Series[] => {
    const own = runs.filter((run) => run.group === group && run.name === name);
    const length = Math.min(...own.map(({ steps }) => steps.length));
    if (own.length === 0) return [];
    const points = Array.from({ length }, (_, step) => ({
      x: step,
      y: mean(own.map(({ steps }) => steps[step]?.entropyNats ?? NaN)),
    }));
    return [{ label: nameOf(name), colour: colourOf(name), points }];
  });
  return { title: 'Entropy of the rollouts', xLabel: 'rollout step', yLabel: 'nats a token', series };
}

function seedPoint(x: number, values: readonly number[]): Point {
  const { mean: y, low, high } = studentInterval(values);
  return Number.isFinite(low) ? { x, y, low, high } : { x, y };
}

function lambdaPanel(runs: readonly KeptRun[], title: string, of: (pool: Pool) => readonly number[]): Panel {
  const points = lambdaPoints.flatMap(({ lambda, name }) => {
    const pool = poolAt(runs, 'tiny', name, tinySteps);
    return pool === null ? [] : [seedPoint(lambda, of(pool))];
  });
  return { title, xLabel: 'lambda', yLabel: '', series: [{ label: 'mean, 95 % over seeds', colour: 1, points }] };
}

/** Against optimiser steps per rollout batch (updates x epochs), with and without the clip. */
function clipPanel(runs: readonly KeptRun[], title: string, of: (row: EvaluationRow) => number): Panel {
  const base = basePool(runs, 'tiny');
  const line = (label: string, clip: boolean, epochs: number, colour: number): Series => ({
    label,
    colour,
    dashed: !clip,
    points: updateSettings
      .filter((setting) => setting.epochs === epochs && (setting.clip === clip || setting.updates * epochs === 1))
      .flatMap((setting) => {
        const pool = poolAt(runs, 'tiny', settingName('nsr', setting), ablationSteps);
        return pool === null ? [] : [{ x: setting.updates, y: mean(pool.perSeed(of)) }];
      }),
  });
  const start = base === null ? [] : [1, 8].map((x) => ({ x, y: mean(base.perSeed(of)) }));
  const series = [
    { label: 'base', colour: 0, dashed: true, points: start },
    line('1 epoch, clip', true, 1, 1),
    line('1 epoch, no clip', false, 1, 1),
    line('2 epochs, clip', true, 2, 3),
    line('2 epochs, no clip', false, 2, 3),
  ];
  return { title, xLabel: 'updates per rollout batch', yLabel: '', logX: true, xTicks: [1, 2, 4, 8], series };
}

function collapsePanel(runs: readonly KeptRun[]): Panel {
  const series = ['nsr', 'psr'].flatMap((method) =>
    [true, false].flatMap((clip): Series[] => {
      const path = pathOf(runs, 'tiny', settingName(method, { updates: 4, epochs: 1, clip }, highLearningRate));
      if (path === null) return [];
      const points = path.points.map(({ step, pool }) => ({ x: step, y: mean(pool.perProblem(1)) }));
      return [
        { label: `${nameOf(method)}, ${clip ? 'clip' : 'no clip'}`, colour: colourOf(method), dashed: !clip, points },
      ];
    }),
  );
  return { title: `pass@1 at learning rate ${highLearningRate}`, xLabel: 'rollout step', yLabel: 'pass@1', series };
}

const core = [...coreMethods];

/** Every figure, by its file name below docs/study/; what has no run yet is an empty frame. */
export const figures: Readonly<Record<string, (runs: readonly KeptRun[]) => string>> = {
  'fan.svg': (runs) =>
    drawFigure(
      [
        fanPanel(runs, 'main', core, comparedStep, `Four numbers, step ${comparedStep}`),
        fanPanel(runs, 'tiny', core, tinySteps, `Three numbers, tiny model, step ${tinySteps}`),
      ],
      'pass@k of the base and the core methods at equal rollout steps, 95 % bands over problems',
    ),
  'paths.svg': (runs) =>
    drawFigure(
      [pathPanel(runs, 'main', 8, core), pathPanel(runs, 'main', 64, core), entropyPanel(runs, 'main', core)],
      'pass@8 and pass@64 against pass@1 along training, and entropy against steps, four numbers',
    ),
  'lambda.svg': (runs) =>
    drawFigure(
      [
        lambdaPanel(runs, 'pass@1', (pool) => pool.perSeed(passOfRow(1))),
        lambdaPanel(runs, 'pass@8', (pool) => pool.perSeed(passOfRow(8))),
        lambdaPanel(runs, 'entropy, nats a token', (pool) => pool.perSeed(entropy)),
      ],
      'pass@1, pass@8 and entropy against lambda, tiny model',
    ),
  'clip.svg': (runs) =>
    drawFigure(
      [
        clipPanel(runs, 'NSR: entropy, nats a token', entropy),
        clipPanel(runs, 'NSR: pass@1', passOfRow(1)),
        collapsePanel(runs),
      ],
      'Entropy and pass@1 of NSR against updates per rollout batch with and without clip, tiny model',
    ),
  'hard.svg': (runs) =>
    drawFigure(
      [
        fanPanel(runs, 'hard', hardNames, hardSteps, `A base too small for four numbers, step ${hardSteps}`),
        pathPanel(runs, 'hard', 64, hardNames),
      ],
      'pass@k on the hard group',
    ),
};
