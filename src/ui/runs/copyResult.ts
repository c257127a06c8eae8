/** A result for a notebook or a paper: the Pass@k figure and a paragraph per experiment, to the clipboard as text, as formatted text with the figure in
 * it, and as an image; as a file where the browser refuses. */
import type { Catalogue } from '../../experiment/catalogue';
import { methodsParagraph } from '../../store/experiment/methods';
import { referenceOf } from '../../store/results/comparable';
import { useRuns } from '../../store/runs/runs';
import type { RunSeries } from '../../store/runs/series';
import { saveFile, svgToPng } from '../charts/chartFile';
import { fanFigure, FIGURE_WIDTH, figureHeight } from './fanFigure';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The paragraph ends with the address of the experiment. */
const withLink = (text: string): string => text.replace(/(\S+)$/, '<a href="$1">Open the experiment</a>');

async function dataUrl(blob: Blob): Promise<string> {
  const reader = new FileReader();
  const done = new Promise<void>((resolve) => {
    reader.onload = () => resolve();
    reader.onerror = () => resolve();
  });
  reader.readAsDataURL(blob);
  await done;
  return typeof reader.result === 'string' ? reader.result : '';
}

export type CopyOutcome = 'copied' | 'saved';

/** `series`: those that are drawn. Must be called from a gesture: browsers open the clipboard only then. */
export async function copyResult(series: readonly RunSeries[], catalogue: Catalogue): Promise<CopyOutcome> {
  const page = location.href.split('#')[0] ?? '';
  const paragraphs = series.map((one) => methodsParagraph(one, catalogue, page));
  const reference = referenceOf(series, useRuns.getState());
  const figure = fanFigure(series, reference);
  const png = svgToPng(figure, FIGURE_WIDTH, figureHeight(series, reference)).then((blob) => blob ?? new Blob([figure]));
  const html = png.then(
    async (image) =>
      `<p><img src="${await dataUrl(image)}" width="${FIGURE_WIDTH}" alt="Pass@k over k"></p>${paragraphs.map((text) => `<p>${withLink(escaped(text))}</p>`).join('')}`,
  );
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        'text/plain': new Blob([paragraphs.join('\n\n')], { type: 'text/plain' }),
        // Promises, because Safari wants the write inside the gesture, before the figure is drawn.
        'text/html': html.then((text) => new Blob([text], { type: 'text/html' })),
        'image/png': png,
      }),
    ]);
    return 'copied';
  } catch {
    const document = `<!doctype html><meta charset="utf-8"><title>Result</title><body style="max-width:44rem;margin:2rem auto;font-family:system-ui">${await html}`;
    saveFile('result.html', new Blob([document], { type: 'text/html' }));
    return 'saved';
  }
}
