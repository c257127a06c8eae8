/** Export menu of a chart; what writes the files loads when one is asked for. */
import { Menu } from '../controls/Menu';
import type { Ground } from './chartFigure';
import type { ChartModel } from './chartModel';

interface ChartExportProps {
  readonly name: string;
  readonly title: string;
  readonly model: ChartModel;
  readonly surface: React.RefObject<HTMLDivElement | null>;
}

export function ChartExport({ name, title, model, surface }: ChartExportProps): React.JSX.Element {
  const save = async (format: 'svg' | 'png', ground: Ground): Promise<void> => {
    const drawing = surface.current?.querySelector('svg') ?? null;
    const { figureOf, saveFile, svgToPng } = await import('./chartFile');
    if (!drawing) return;
    const { svg, width, height } = figureOf(drawing, title, model, ground);
    const file = format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await svgToPng(svg, width, height);
    if (file) saveFile(`${name}.${format}`, file);
  };
  const saveCsv = async (): Promise<void> => {
    const { chartCsv, saveFile } = await import('./chartFile');
    saveFile(`${name}.csv`, new Blob([chartCsv(model)], { type: 'text/csv' }));
  };
  return (
    <Menu
      label={`Export ${name}`}
      icon="download"
      items={[
        { label: 'PNG', action: () => void save('png', 'white') },
        { label: 'PNG, transparent', action: () => void save('png', 'transparent') },
        { label: 'SVG', action: () => void save('svg', 'white') },
        { label: 'SVG, transparent', action: () => void save('svg', 'transparent') },
        { label: 'CSV', action: () => void saveCsv() },
      ]}
    />
  );
}
