/** A chart as a file: CSV of what is drawn, SVG as it stands with its colours resolved, PNG of that SVG at twice the size. */
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

/** CSS variables mean nothing outside the page: the computed colours are written in. */
export function standaloneSvg(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const style = getComputedStyle(document.documentElement);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('font-family', 'system-ui, sans-serif');
  copy.style.background = style.getPropertyValue('--panel');
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(/var\((--[\w-]+)\)/g, (_whole, name: string) => style.getPropertyValue(name).trim());
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
