/** The tables of docs/forces.md from the measurements in docs/runs/forces. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mean, sampleStd } from '../../src/lib/stats.ts';
import { balancedMix, forceAt, mixValue, type Mix } from '../../src/records/forceForecast.ts';
import { fitForecasts, measureName } from '../../src/records/forceFit.ts';
import type { ForceMeasure, ForceRow, MixForm } from '../../src/records/forces.ts';
import { table } from './format.ts';

export interface ForceRun {
  readonly name: string;
  readonly rows: readonly ForceRow[];
}

/** Presets measured over 100 steps of four numbers, every third step. */
const forceRuns = { nsr: 'NSR', psr: 'PSR', 'w-reinforce': 'W-REINFORCE' } as const;

/** Those that are there. */
export function readForceRuns(folder: string): ForceRun[] {
  return Object.entries(forceRuns).flatMap(([id, name]) => {
    const file = join(folder, `${id}.jsonl`);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return [{ name, rows: lines.map((line) => JSON.parse(line) as ForceRow) }];
  });
}

const two = (value: number | null) => (value === null ? '–' : value.toFixed(2));
const small = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

/** Predicted against what came, per step. */
function forecasts(runs: readonly ForceRun[]): string {
  const rows = runs.flatMap(({ name, rows }) => {
    const along = fitForecasts(rows, 'along');
    return fitForecasts(rows, 'forecast').map(({ measure, steps, predicted, came, slope, correlation }, index) => [
      name,
      measure,
      String(steps),
      predicted.toFixed(4),
      came.toFixed(4),
      two(slope),
      two(correlation),
      two(along[index]?.slope ?? null),
      two(along[index]?.correlation ?? null),
    ]);
  });
  const head = [
    'run',
    'measure',
    'steps',
    'predicted',
    'came',
    'slope',
    'correlation',
    'slope, way gone',
    'correlation',
  ];
  return table(head, rows);
}

/** Mean force per rollout step of one unit of lambda and of beta, with the standard error over the measured steps. */
function units(runs: readonly ForceRun[]): string {
  const rows = runs.flatMap(({ name, rows }) =>
    (rows[0]?.measures ?? []).map((measure, index) => {
      const of = (side: 'perPositive' | 'perNegative') => {
        const values = rows.flatMap((row) => {
          const own: ForceMeasure | undefined = row.measures[index];
          return own === undefined ? [] : [forceAt(row, own, row)[side]];
        });
        return `${small(mean(values))} ± ${(sampleStd(values) / Math.sqrt(values.length)).toFixed(4)}`;
      };
      return [name, measureName(measure), of('perPositive'), of('perNegative')];
    }),
  );
  return table(['run', 'measure', 'one of λ', 'one of β'], rows);
}

/** Share of signal in the update's squared length, from forms added over all measured steps. */
function signal(runs: readonly ForceRun[]): string {
  const rows = runs.flatMap(({ name, rows }) => {
    const measured = rows.flatMap((row) =>
      row.noise === null || row.metric === 'batch' ? [] : [{ ...row.noise, row }],
    );
    if (measured.length === 0) return [];
    const formOf = (which: 'total' | 'signal'): MixForm => {
      const part = (key: keyof MixForm) => mean(measured.map((one) => one[which][key]));
      return { pp: part('pp'), pn: part('pn'), nn: part('nn') };
    };
    const [total, own] = [formOf('total'), formOf('signal')];
    const accuracy = mean(measured.map(({ row }) => row.accuracy));
    const noise = { pp: total.pp - own.pp, pn: total.pn - own.pn, nn: total.nn - own.nn };
    const least = (noise.nn - noise.pn) / (noise.pp - 2 * noise.pn + noise.nn);
    const share = (mix: Mix) => `${((100 * mixValue(own, mix)) / mixValue(total, mix)).toFixed(1)} %`;
    const mix = (positiveWeight: number, negativeWeight: number): Mix => ({ positiveWeight, negativeWeight });
    const balanced = balancedMix(accuracy);
    return [
      [
        name,
        String(measured.length),
        share(mix(1, 0)),
        share(balanced),
        share(mix(1, 1)),
        share(mix(0.1, 1)),
        share(mix(0, 1)),
        `${two(balanced.positiveWeight)} : ${two(balanced.negativeWeight)}`,
        `${two(least)} : ${two(1 - least)}`,
      ],
    ];
  });
  const head = ['run', 'steps', '1 : 0', 'balanced', '1 : 1', '0.1 : 1', '0 : 1', '1 − p : p', 'least noise'];
  return table(head, rows);
}

export const forceTables: Readonly<Record<string, (runs: readonly ForceRun[]) => string>> = {
  forecasts,
  units,
  signal,
};
