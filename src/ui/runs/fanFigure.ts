/** Pass@k over k as a figure that stands alone: white ground, axes, legend, 95 % bands, the starting model dashed. Pure: series to SVG text. */
import { latestFan, type FanPoint } from '../../store/results/summary';
import { outcomeOf, outcomeWords } from '../../store/results/outcome';
import { whyNotCompared } from '../../store/results/comparable';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import { runDash } from '../charts/chartModel';

/** The light theme's run colours (theme/tokens.css): paper is white whatever the page looks like. */
const inks = ['#0072b2', '#b87400', '#ab4f86', '#2b8abf', '#3a3f46', '#857a00'] as const;
const TEXT = '#1b1e22';
const QUIET = '#5d646d';

export const FIGURE_WIDTH = 640;
const PLOT = { left: 58, right: 616, top: 16, bottom: 306 } as const;
const LEGEND_LINE = 18;

interface FanLine {
  readonly label: string;
  readonly color: string;
  readonly dash: string;
  readonly fan: readonly FanPoint[];
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

function linesOf(all: readonly RunSeries[]): FanLine[] {
  return all.flatMap((series): FanLine[] => {
    const runs = meanRuns(series);
    const fan = latestFan(runs);
    if (fan.length === 0) return [];
    const label = runs.length > 1 ? `${series.name}, mean of ${runs.length} seeds` : series.name;
    return [{ label, color: inks[series.slot % inks.length] ?? TEXT, dash: runDash(series.slot), fan }];
  });
}

/** What came of it, a line for each series: at this width there is room for Pass@1, Pass@k and entropy. */
function outcomeNotes(series: RunSeries): readonly string[] {
  const outcome = outcomeOf(meanRuns(series), null);
  return outcome ? [`${series.name}: ${outcomeWords(outcome)}`] : [];
}

/** One figure has one start and one set of problems: the reference's. The others are named, not drawn. */
function splitBy(given: readonly RunSeries[], reference: RunSeries | null) {
  const reasons = given.map((series) => ({
    series,
    apart: reference && whyNotCompared(series.first.experiment, reference.first.experiment),
  }));
  return {
    all: reasons.filter(({ apart }) => apart === null).map(({ series }) => series),
    notes: reasons.flatMap(({ series, apart }) =>
      apart === null ? outcomeNotes(series) : [`${series.name}: ${apart}, not compared`],
    ),
  };
}

export function figureHeight(given: readonly RunSeries[], reference: RunSeries | null): number {
  const { all, notes } = splitBy(given, reference);
  return PLOT.bottom + 52 + LEGEND_LINE * (linesOf(all).length + 1 + notes.length);
}

/** `reference`: what the others are compared with (`referenceOf`). */
export function fanFigure(given: readonly RunSeries[], reference: RunSeries | null): string {
  const { all, notes } = splitBy(given, reference);
  const lines = linesOf(all);
  const base = all[0]?.first.evaluations.find((row) => row.step === 0)?.passAtK ?? [];
  const ks = [...new Set([...base, ...lines.flatMap(({ fan }) => fan)].map(({ k }) => k))].sort((a, b) => a - b);
  const span = Math.log2(ks.at(-1) ?? 2) - Math.log2(ks[0] ?? 1) || 1;
  const x = (k: number): number => PLOT.left + ((Math.log2(k) - Math.log2(ks[0] ?? 1)) / span) * (PLOT.right - PLOT.left);
  const y = (share: number): number => PLOT.bottom - Math.min(1, Math.max(0, share)) * (PLOT.bottom - PLOT.top);
  const at = (k: number, share: number): string => `${x(k).toFixed(1)},${y(share).toFixed(1)}`;
  const polyline = (fan: readonly { readonly k: number; readonly mean: number }[], color: string, dash: string): string =>
    `<polyline points="${fan.map(({ k, mean }) => at(k, mean)).join(' ')}" fill="none" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  const band = ({ fan, color }: FanLine): string => {
    const ends = fan.flatMap(({ k, low, high }) => (low !== null && high !== null ? [{ k, low, high }] : []));
    const around = [...ends.map(({ k, high }) => at(k, high)), ...[...ends].reverse().map(({ k, low }) => at(k, low))];
    return `<polygon points="${around.join(' ')}" fill="${color}" fill-opacity="0.14"/>`;
  };
  const text = (left: number, top: number, words: string, anchor: 'start' | 'middle' | 'end', color = QUIET): string =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}" fill="${color}">${escaped(words)}</text>`;

  const legend = [...lines, ...(base.length ? [{ label: 'starting model', color: QUIET, dash: '4 4' }] : [])];
  const height = figureHeight(given, reference);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${FIGURE_WIDTH}" height="${height}" viewBox="0 0 ${FIGURE_WIDTH} ${height}" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(share)}" y2="${y(share)}" stroke="#e4e4e0"/>`,
      text(PLOT.left - 8, y(share) + 4, `${share * 100} %`, 'end'),
    ]),
    ...ks.map((k) => text(x(k), PLOT.bottom + 18, String(k), 'middle')),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 38, 'k (answers per problem)', 'middle', TEXT),
    `<text transform="translate(14 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle" fill="${TEXT}">Pass@k</text>`,
    ...lines.map(band),
    ...(base.length ? [polyline(base, QUIET, '4 4')] : []),
    ...lines.map(({ fan, color, dash }) => polyline(fan, color, dash)),
    ...legend.flatMap(({ label, color, dash }, index) => {
      const top = PLOT.bottom + 60 + index * LEGEND_LINE;
      return [
        `<line x1="${PLOT.left}" x2="${PLOT.left + 28}" y1="${top - 4}" y2="${top - 4}" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
        text(PLOT.left + 36, top, label, 'start', TEXT),
      ];
    }),
    ...notes.map((words, index) =>
      text(PLOT.left + 36, PLOT.bottom + 60 + (legend.length + index) * LEGEND_LINE, words, 'start'),
    ),
    `</svg>`,
  ].join('\n');
}
