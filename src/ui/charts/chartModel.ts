/** What a chart is made of, apart from who draws it. */
import type { ChartRow } from './chartData';

export interface DrawnSeries {
  /** Column in the rows. */
  readonly key: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly dash: string;
  readonly width: number;
  /** 0 to 1; a seed that does not count in the mean yet is faint. */
  readonly opacity: number;
  /** Draw `key:band` behind the line. */
  readonly band: boolean;
  /** Draw `key:raw` faintly behind the smoothed line. */
  readonly raw: boolean;
  /** Stacked area instead of a line. */
  readonly stacked?: boolean;
  /** Written at the end of the line. */
  readonly endLabel?: string;
}

export interface Guide {
  readonly value: number;
  readonly label: string;
  readonly color?: string;
}

export interface ChartModel {
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
  readonly xLabel: string;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly xDomain: readonly [number | 'auto' | 'dataMin', number | 'auto' | 'dataMax'];
  readonly yDomain: readonly [number | 'auto', number | 'auto'];
  readonly xTicks?: readonly number[];
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Horizontal dashed lines: the starting model. */
  readonly guides: readonly Guide[];
  /** Numbered vertical markers: recorded edits. */
  readonly markers: readonly { readonly x: number; readonly label: string; readonly words: string }[];
  /** A value that was not finite lies in the drawn range. */
  readonly hasGap: boolean;
  /** One sentence for people who cannot see the chart. */
  readonly summary: string;
}

/** Dash pattern of a run, so that colour is never the only sign. */
export const runDashes = ['', '7 3', '2 3', '9 3 2 3', '4 2', '12 3 2 3 2 3'] as const;

export const runColor = (slot: number): string => `var(--run-${(slot % 6) + 1})`;
/** Beyond six runs the colours come again, each with another dash: 36 that differ. */
export const runDash = (slot: number): string => runDashes[(slot + Math.floor(slot / 6)) % 6] ?? '';

/** Of a run that is not compared. */
export const apartColor = 'var(--line-strong)';

export const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;
export const plainNumber = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
