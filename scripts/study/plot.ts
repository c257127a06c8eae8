/** Line charts as SVG text: what the study's figures need and no more. */

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Ends of the interval; none where there is none. */
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly label: string;
  readonly points: readonly Point[];
  readonly dashed?: boolean;
  /** Place in the palette; in order where it is left out. */
  readonly colour?: number;
}

export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Distances in powers of two. */
  readonly logX?: boolean;
  /** Where the x axis has its ticks, where not at round numbers. */
  readonly xTicks?: readonly number[];
}

/** Okabe and Ito's palette, told apart by colour-blind readers too. */
const palette = ['#555555', '#0072B2', '#009E73', '#D55E00', '#CC79A7', '#E69F00', '#56B4E9', '#8B6F00'];
const [width, height] = [380, 270];
const margin = { left: 52, right: 10, top: 26, bottom: 40 };
const [legendWidth, legendHeight] = [175, 22];

/** Panels side by side over one legend. */
export function drawFigure(panels: readonly Panel[], description: string): string {
  const labels = new Map<string, string>();
  const drawn = panels.map((panel, index) => `<g transform="translate(${index * width} 0)">${drawPanel(panel)}</g>`);
  for (const panel of panels)
    panel.series.forEach((series, index) => labels.set(series.label, strokeOf(series, index)));
  const total = panels.length * width;
  const perRow = Math.max(1, Math.floor((total - margin.left) / legendWidth));
  const legend = [...labels].map(([label, stroke], index) => {
    const [x, y] = [
      margin.left + (index % perRow) * legendWidth,
      height + 10 + Math.floor(index / perRow) * legendHeight,
    ];
    return `<line x1="${x}" y1="${y}" x2="${x + 22}" y2="${y}" ${stroke}/>${text(x + 28, y + 4, label)}`;
  });
  const full = height + Math.ceil(labels.size / perRow) * legendHeight + 4;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${full}" width="${total}" height="${full}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<title>${escaped(description)}</title>
<rect width="${total}" height="${full}" fill="#fff"/>
${[...drawn, ...legend].join('\n')}
</svg>
`;
}

function drawPanel({ title, xLabel, yLabel, series, logX = false, xTicks }: Panel): string {
  const points = series.flatMap((one) => one.points);
  const position = (x: number) => (logX ? Math.log2(x) : x);
  const xs = points.map(({ x }) => position(x));
  const ys = points.flatMap(({ y, low = y, high = y }) => [y, low, high]);
  const yTicks = ticks(Math.min(...ys), Math.max(...ys));
  const [xMin, xMax] = [Math.min(...xs), Math.max(...xs)];
  const [yMin, yMax] = [Math.min(...yTicks, ...ys), Math.max(...yTicks, ...ys)];
  const toX = (x: number) =>
    round(margin.left + ((position(x) - xMin) / (xMax - xMin || 1)) * (width - margin.left - margin.right));
  const toY = (y: number) =>
    round(height - margin.bottom - ((y - yMin) / (yMax - yMin || 1)) * (height - margin.top - margin.bottom));
  const shownX = xTicks ?? (logX ? [...new Set(points.map(({ x }) => x))] : ticks(xMin, xMax, true));
  const grid = yTicks.map(
    (y) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${toY(y)}" y2="${toY(y)}" stroke="#ddd"/>${text(margin.left - 6, toY(y) + 4, label(y), 'end')}`,
  );
  const feet = shownX.map((x) => text(toX(x), height - margin.bottom + 16, label(x), 'middle'));
  const bands = series.map((one, index) => band(one, colourOf(one, index), toX, toY));
  const lines = series.map((one, index) => {
    const path = one.points.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(' ');
    const dots = one.points.map(
      ({ x, y }) => `<circle cx="${toX(x)}" cy="${toY(y)}" r="2.4" fill="${colourOf(one, index)}"/>`,
    );
    return `<polyline points="${path}" fill="none" ${strokeOf(one, index)}/>${one.points.length > 30 ? '' : dots.join('')}`;
  });
  const names = [
    text((margin.left + width) / 2, 16, title, 'middle', 'font-weight="600"'),
    text((margin.left + width) / 2, height - 8, xLabel, 'middle'),
    `<text transform="translate(14 ${height / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
  ];
  return [...grid, ...feet, ...bands, ...lines, ...names].join('');
}

function band(series: Series, colour: string, toX: (x: number) => number, toY: (y: number) => number): string {
  const bounded = series.points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (bounded.length === 0) return '';
  const upper = bounded.map(({ x, y, high = y }) => `${toX(x)},${toY(high)}`);
  const lower = bounded.map(({ x, y, low = y }) => `${toX(x)},${toY(low)}`).reverse();
  return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${colour}" fill-opacity="0.13"/>`;
}

function colourOf({ colour }: Series, index: number): string {
  return palette[(colour ?? index) % palette.length] ?? '#000';
}

function strokeOf(series: Series, index: number): string {
  return `stroke="${colourOf(series, index)}" stroke-width="1.8"${series.dashed === true ? ' stroke-dasharray="5 4"' : ''}`;
}

/** Round numbers from just below `low` to just above `high`; `inside`: none beyond them. */
function ticks(low: number, high: number, inside = false): number[] {
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? span;
  const first = inside ? Math.ceil(low / step) : Math.floor(low / step);
  const last = inside ? Math.floor(high / step) : Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

const round = (value: number) => Math.round(value * 10) / 10;
const label = (value: number) => String(Number(value.toPrecision(3)));
const escaped = (value: string) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function text(x: number, y: number, value: string, anchor = 'start', more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${more}>${escaped(value)}</text>`;
}
