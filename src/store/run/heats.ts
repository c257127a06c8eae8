/** Several runs asked for in one gesture, put in order: heats follow each other, the runs of one heat take turns. */
import type { Experiment } from '../../experiment/types';
import type { Run } from '../runs/runs';

/** An experiment to train, and the preset that the panel compares it with. */
export interface Method {
  readonly name: string;
  readonly preset: string;
  readonly experiment: Experiment;
}

/** One run to come. */
export interface HeatRun extends Method {
  readonly seriesId: string;
}

export type Heat = readonly HeatRun[];

/** Seeds count up from each experiment's own. Seed by seed, so that after the first round all methods can be compared;
 * methods of one seed see the same prompts. `interleaved`: the methods of a seed share a heat. */
export function planHeats(
  methods: readonly Method[],
  seeds: number,
  interleaved: boolean,
  newId: () => string,
): readonly Heat[] {
  const series = methods.map((method) => ({ ...method, seriesId: newId() }));
  return Array.from({ length: seeds }, (_, offset) => {
    const heat = series.map((method): HeatRun => ({
      ...method,
      experiment: { ...method.experiment, seed: method.experiment.seed + offset },
    }));
    return interleaved ? [heat] : heat.map((run) => [run]);
  }).flat();
}

/** What was changed while one seed trained is replayed by the next ones, so that they stay seeds of one experiment. */
export function asSteered(heatRun: HeatRun, runs: readonly Run[]): HeatRun {
  const before = runs.findLast((run) => run.seriesId === heatRun.seriesId);
  if (!before || before.edits.length === 0) return heatRun;
  return { ...heatRun, experiment: { ...heatRun.experiment, edits: before.edits } };
}
