import { withField } from './paths';
import type { Experiment } from './types';

/** The experiment in force at a rollout step: every edit up to and including that step applied, in order. */
export function applyEdits(experiment: Experiment, step: number): Experiment {
  return experiment.edits.reduce(
    (current, edit) => (edit.step <= step ? withField(current, edit.path, edit.value) : current),
    experiment,
  );
}

/** A copy in which `path` holds `value` from rollout step `step` on. A later edit of the same path at the same step replaces the earlier one. */
export function recordEdit(experiment: Experiment, step: number, path: string, value: unknown): Experiment {
  const kept = experiment.edits.filter((edit) => !(edit.step === step && edit.path === path));
  // A stable sort keeps the order of edits that share a step.
  return { ...experiment, edits: [...kept, { step, path, value }].sort((a, b) => a.step - b.step) };
}
