/** How the study prints numbers, intervals, names and tables. */
import { mean, sampleStd, type Interval } from '../../src/lib/stats.ts';

export const three = (value: number) => value.toFixed(3);
export const signed = (value: number) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(3);
export const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

/** A difference with its 95 % interval, in bold where that excludes 0. */
export function difference({ mean: centre, low, high }: Interval): string {
  const shown = `${signed(centre)} [${signed(low)}, ${signed(high)}]`;
  return low > 0 || high < 0 ? `**${shown}**` : shown;
}

export const withInterval = ({ mean: centre, low, high }: Interval) =>
  `${three(centre)} [${three(low)}, ${three(high)}]`;

/** One value per seed as mean ± standard deviation. */
export function overSeeds(values: readonly number[], print = three): string {
  return values.length < 2 ? print(mean(values)) : `${print(mean(values))} ± ${print(sampleStd(values))}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
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
