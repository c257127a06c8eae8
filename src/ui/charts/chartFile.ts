/** A chart as a file: CSV of what is drawn, SVG as a figure that stands alone, PNG of that SVG at twice the size. */
import { chartFigure, type Figure, type Ground } from './chartFigure';
import type { ChartModel } from './chartModel';

export function chartCsv(model: ChartModel): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [
    model.xLabel,
    ...model.series.flatMap((series) =>
      series.band ? [series.label, `${series.label} low`, `${series.label} high`] : [series.label],
    ),
  ];
  const lines = model.rows.map((row) => {
    const cells = model.series.flatMap((series) => {
      const value = row[series.key];
      const band = row[`${series.key}:band`];
      // Only what was measured: points filled in between stay out.
      const measured = row[`${series.key}:between`] === undefined;
      const own = typeof value === 'number' && measured ? String(value) : '';
      if (!series.band) return [own];
      return [own, ...(Array.isArray(band) && measured ? band.map(String) : ['', ''])];
    });
    return [String(row.x), ...cells].join(',');
  });
  return [head.map(quote).join(','), ...lines, ''].join('\n');
}

/** The drawing of a chart with all that a reader needs beside it. */
export function figureOf(svg: SVGSVGElement, title: string, model: ChartModel, ground: Ground): Figure {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  // what the pointer left behind
  copy.querySelectorAll('.recharts-tooltip-cursor, .recharts-active-dot').forEach((mark) => mark.remove());
  const drawing = [...copy.children].map((child) => new XMLSerializer().serializeToString(child)).join('');
  const { clientWidth: width, clientHeight: height } = svg;
  return inLight((ink) => chartFigure({ title, model, drawing, width, height, ink, ground }));
}

/** Paper is light whatever the page looks like: its colours are read in between two frames, and nobody sees it. */
function inLight<Made>(make: (ink: (name: string) => string) => Made): Made {
  const { dataset } = document.documentElement;
  const theme = dataset['theme'];
  dataset['theme'] = 'light';
  const style = getComputedStyle(document.documentElement);
  const made = make((name) => style.getPropertyValue(name).trim());
  if (theme === undefined) delete dataset['theme'];
  else dataset['theme'] = theme;
  return made;
}

export async function svgToPng(svgText: string, width: number, height: number): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
