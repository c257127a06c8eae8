/** A chart as a figure that stands alone: its drawing with title, names of the axes and legend, in the light theme's inks whatever the page
 * looks like. Pure: SVG text to SVG text. */
import type { ChartModel } from './chartModel';

export type Ground = 'white' | 'transparent';

export interface FigureSource {
  readonly title: string;
  readonly model: Pick<ChartModel, 'series' | 'guides' | 'xLabel'>;
  /** The drawing's inner markup in CSS pixels, colours as `var(--name)`. */
  readonly drawing: string;
  readonly width: number;
  readonly height: number;
  /** Value of a colour variable. */
  readonly ink: (name: string) => string;
  readonly ground: Ground;
}

export interface Figure {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const TITLE = 30;
const X_LABEL = 20;
const LEGEND_LINE = 18;
const LEFT = 12;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

export function chartFigure({ title, model, drawing, width, height, ink, ground }: FigureSource): Figure {
  const entries = grouped([
    ...model.series.map(({ label, color, dash, opacity }) => ({ label, color, dash, opacity })),
    ...model.guides.map(({ label, color }) => ({
      label,
      color: color ?? 'var(--line-strong)',
      dash: '3 4',
      opacity: 1,
    })),
  ]);
  const top = TITLE + height + X_LABEL;
  const total = top + LEGEND_LINE * entries.length + 10;
  const line = ({ label, color, dash, opacity }: Entry, index: number): string => {
    const y = top + LEGEND_LINE * index + 10;
    const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
    return (
      `<line x1="${LEFT}" x2="${LEFT + 28}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2" stroke-opacity="${opacity}"${dashes}/>` +
      `<text x="${LEFT + 36}" y="${y + 4}" fill="var(--ink)">${escaped(label)}</text>`
    );
  };
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="12">`,
    ground === 'white' ? '<rect width="100%" height="100%" fill="#ffffff"/>' : '',
    `<text x="${LEFT}" y="20" font-size="14" font-weight="600" fill="var(--ink)">${escaped(title)}</text>`,
    `<g transform="translate(0 ${TITLE})">${drawing}</g>`,
    `<text x="${width / 2}" y="${TITLE + height + 12}" text-anchor="middle" fill="var(--muted)">${escaped(model.xLabel)}</text>`,
    ...entries.map(line),
    '</svg>',
  ].join('');
  return { svg: svg.replace(/var\((--[\w-]+)\)/g, (_whole, name: string) => ink(name)), width, height: total };
}

interface Entry {
  readonly label: string;
  readonly color: string;
  readonly dash: string;
  readonly opacity: number;
}

/** Lines that look alike (the k of one run) are told apart by the names at their ends: one entry names them all. */
function grouped(entries: readonly Entry[]): readonly Entry[] {
  const groups = new Map<string, Entry>();
  for (const entry of entries) {
    const key = `${entry.color} ${entry.dash} ${entry.opacity}`;
    const before = groups.get(key);
    groups.set(key, before ? { ...before, label: `${before.label}, ${entry.label}` } : entry);
  }
  return [...groups.values()];
}
