/** Force rows of a run as they are kept beside its metrics: few enough to store, send and draw. */
import type { ForceRow } from './forces';

/** Some 4 kB each. */
export const mostForceRows = 256;

/**
 * `rows` with `fresh` in their place: a step that is measured again replaces what it left before, and later ones are gone (the run
 * went back). Beyond `mostForceRows` every second one goes, the newest never, so that they stay spread over the run.
 */
export function withForces(rows: readonly ForceRow[], fresh: readonly ForceRow[]): readonly ForceRow[] {
  return fresh.reduce(withRow, rows);
}

function withRow(rows: readonly ForceRow[], row: ForceRow): readonly ForceRow[] {
  const all = [...rows.filter(({ step }) => step < row.step), row];
  return all.length <= mostForceRows ? all : all.filter((_, index) => (all.length - 1 - index) % 2 === 0);
}

/** The newest row that was measured before rollout step `step` ended. */
export const forcesAt = (rows: readonly ForceRow[], step: number): ForceRow | null =>
  rows.findLast((row) => row.step <= step) ?? null;
