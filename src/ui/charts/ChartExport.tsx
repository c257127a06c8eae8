/** Export menu of a chart. */
import { Menu } from '../controls/Menu';
import { chartCsv, saveFile, standaloneSvg, svgToPng } from './chartFile';
import type { ChartModel } from './chartModel';

interface ChartExportProps {
  readonly name: string;
  readonly model: ChartModel;
  readonly surface: React.RefObject<HTMLDivElement | null>;
}

export function ChartExport({ name, model, surface }: ChartExportProps): React.JSX.Element {
  const svg = (): SVGSVGElement | null => surface.current?.querySelector('svg') ?? null;
  const saveSvg = (): void => {
    const element = svg();
    if (element) saveFile(`${name}.svg`, new Blob([standaloneSvg(element)], { type: 'image/svg+xml' }));
  };
  const savePng = async (): Promise<void> => {
    const element = svg();
    if (!element) return;
    const png = await svgToPng(standaloneSvg(element), element.clientWidth, element.clientHeight);
    if (png) saveFile(`${name}.png`, png);
  };
  return (
    <Menu
      label={`Export ${name}`}
      icon="download"
      items={[
        { label: 'PNG', action: () => void savePng() },
        { label: 'SVG', action: saveSvg },
        { label: 'CSV', action: () => saveFile(`${name}.csv`, new Blob([chartCsv(model)], { type: 'text/csv' })) },
      ]}
    />
  );
}
