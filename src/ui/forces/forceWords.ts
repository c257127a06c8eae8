/** Forces in words and figures. Pure. */
import { measureName } from '../../records/forceFit';
import type { ForceMeasure, ForceRow } from '../../records/forces';
import type { ForcePace } from '../../worker/protocol';

/** A measure as it is shown: pass@k in percentage points, the others as they are. */
export interface ShownMeasure {
  readonly measure: ForceMeasure;
  readonly name: string;
  /** Shown value per unit of the measure. */
  readonly scale: number;
  readonly digits: number;
  readonly unit: string;
}

/** Pass@k and entropy; the length of answers is left to the tables of `nsr forces`. */
export function shownMeasures({ measures }: ForceRow): ShownMeasure[] {
  return measures.flatMap((measure): ShownMeasure[] => {
    const name = measureName(measure);
    switch (measure.kind) {
      case 'pass':
        return [{ measure, name, scale: 100, digits: 2, unit: 'points' }];
      case 'entropy':
        return [{ measure, name, scale: 1, digits: 4, unit: 'nats' }];
      case 'length':
        return [];
      default:
        return measure.kind satisfies never;
    }
  });
}

/** With its sign, a real minus, and no sign where nothing is left after rounding. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}

/** "pass@1 +1.24, pass@64 −0.31 points per step, entropy +0.004 nats". `changes`: one per measure, in its own unit. */
export function forecastSentence(shown: readonly ShownMeasure[], changes: readonly number[]): string {
  const said = shown.map(
    ({ name, scale, digits }, index) => `${name} ${signed(scale * (changes[index] ?? 0), digits)}`,
  );
  const points = said.filter((_, index) => shown[index]?.unit === 'points');
  const others = shown.flatMap(({ unit }, index) => (unit === 'points' ? [] : [`${said[index]} ${unit}`]));
  return [...(points.length > 0 ? [`${points.join(', ')} points per step`] : []), ...others].join(', ');
}

/** Which rollout a row is of, and how old it is; rollouts are counted from 1. `step`: rollouts done. */
export function ageWords(row: Pick<ForceRow, 'step'>, step: number): string {
  const age = step - row.step;
  const from = `from rollout ${row.step + 1}`;
  if (age <= 0) return `${from}, about to come`;
  return age === 1 ? `${from}, the last` : `${from}, ${age - 1} ago`;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** What measuring costs: "Forces cost 3.1 s every 12 rollouts, 9 % of the time." */
export function costSentence(pace: ForcePace | null, automatic: boolean, share: number): string {
  if (pace?.refusal) return `No forces here: ${pace.refusal}.`;
  const { measureMs, stepMs, every } = pace ?? { measureMs: null, stepMs: null, every: 0 };
  if (measureMs === null)
    return automatic
      ? `The first rollout is measured, then as many as take up to ${percent(share)} of the time.`
      : 'Nothing is measured by itself.';
  const cost = `Forces cost ${duration(measureMs)}`;
  if (stepMs === null || stepMs <= 0) return `${cost}.`;
  if (pace?.tooDear === true)
    return `${cost}, a rollout ${duration(stepMs)}: every 20th would still be ${percent(measureMs / (20 * stepMs))} of the time, so none is measured by itself.`;
  return every > 0
    ? `${cost} every ${every} rollouts, ${percent(measureMs / (every * stepMs))} of the time.`
    : `${cost}, a rollout ${duration(stepMs)}.`;
}
