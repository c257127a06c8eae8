/** All runs as one table for a notebook: a line for each rollout step of each run, evaluations beside it. Pure. */
import { metricKeys, type MetricKey } from '../../records/rows';
import type { Run } from '../runs/runs';

const evaluated = ['entropyNats', 'greedyAccuracy', 'distinctCorrect'] as const;

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const written = (value: number | undefined): string =>
  value !== undefined && Number.isFinite(value) ? String(value) : '';

/** `experiment` names the series, `run` one of its seeds. Empty: not measured at that step. */
export function allRunsCsv(runs: readonly Run[]): string {
  const metrics = metricKeys.filter((key): key is Exclude<MetricKey, 'step'> => key !== 'step');
  const ks = [
    ...new Set(runs.flatMap((run) => run.evaluations.flatMap(({ passAtK }) => passAtK.map(({ k }) => k)))),
  ].sort((a, b) => a - b);
  const head = [
    ...['experiment', 'run', 'seed', 'model', 'task', 'step', 'seconds'],
    ...metrics,
    ...ks.flatMap((k) => [`pass@${k}`, `pass@${k} low`, `pass@${k} high`]),
    ...evaluated.map((key) => `heldOut.${key}`),
  ];
  const lines = runs.flatMap((run) => {
    const { experiment } = run;
    const steps = [...new Set([...run.rows, ...run.evaluations].map(({ step }) => step))].sort((a, b) => a - b);
    return steps.map((step) => {
      const row = run.rows.find((one) => one.step === step);
      const evaluation = run.evaluations.find((one) => one.step === step);
      const passes = ks.flatMap((k) => {
        const entry = evaluation?.passAtK.find((one) => one.k === k);
        return [entry?.mean, entry?.low, entry?.high].map(written);
      });
      return [
        ...[run.name, run.id, String(experiment.seed), experiment.model, experiment.task.name].map(quoted),
        String(step),
        written((row ?? evaluation)?.seconds),
        ...metrics.map((key) => written(row?.[key])),
        ...passes,
        ...evaluated.map((key) => written(evaluation?.[key])),
      ].join(',');
    });
  });
  return [head.join(','), ...lines, ''].join('\n');
}
