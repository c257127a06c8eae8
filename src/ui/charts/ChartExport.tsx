/** Export menu of a chart; what writes the files loads when one is asked for. */
import { Menu } from '../controls/Menu';
import type { ChartModel } from './chartModel';

interface ChartExportProps {
  readonly name: string;
  readonly model: ChartModel;
  readonly surface: React.RefObject<HTMLDivElement | null>;
}

export function ChartExport({ name, model, surface }: ChartExportProps): React.JSX.Element {
  const svg = (): SVGSVGElement | null => surface.current?.querySelector('svg') ?? null;
  const saveSvg = async (): Promise<void> => {
    const element = svg();
    const { saveFile, standaloneSvg } = await import('./chartFile');
    if (element) saveFile(`${name}.svg`, new Blob([standaloneSvg(element)], { type: 'image/svg+xml' }));
  };
  const savePng = async (): Promise<void> => {
    const element = svg();
    if (!element) return;
    const { saveFile, standaloneSvg, svgToPng } = await import('./chartFile');
    const png = await svgToPng(standaloneSvg(element), element.clientWidth, element.clientHeight);
    if (png) saveFile(`${name}.png`, png);
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
        { label: 'PNG', action: () => void savePng() },
        { label: 'SVG', action: () => void saveSvg() },
        { label: 'CSV', action: () => void saveCsv() },
      ]}
    />
  );
}
