/** Frame of a chart: title, how to read it, export, the drawing (loaded on demand) and what will appear while it is empty. */
import { Suspense, useRef } from 'react';
import { HelpTip } from '../controls/HelpTip';
import { lazyPart } from '../controls/lazyPart';
import { LazyChartWords } from '../explain/lazyWords';
import { usePlotSize } from '../curves/usePlotSize';
import type { ChartModel } from './chartModel';
import { ChartExport } from './ChartExport';

const ChartSurface = lazyPart(() => import('./ChartSurface').then((file) => file.ChartSurface));

interface ChartCardProps {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly formula?: string | undefined;
  readonly model: ChartModel;
  readonly height: number;
  readonly syncId?: string;
  readonly empty: string;
  /** A word or two beside the title. */
  readonly tag?: string | null;
  readonly footnote?: React.ReactNode;
  readonly controls?: React.ReactNode;
  readonly outer: React.RefObject<HTMLElement | null>;
}

export function ChartCard({
  id,
  title,
  help,
  formula,
  model,
  height,
  syncId,
  empty,
  tag = null,
  footnote,
  controls,
  outer,
}: ChartCardProps): React.JSX.Element {
  const [measure, width] = usePlotSize(300);
  const surface = useRef<HTMLDivElement>(null);
  const isEmpty = model.rows.length === 0;
  return (
    <section ref={outer} className="panel chart-card" aria-labelledby={`chart-${id}`} data-chart={id}>
      <header className="chart-head">
        <h3 id={`chart-${id}`}>{title}</h3>
        <HelpTip label={title} text={help}>
          <LazyChartWords id={id} fallback={formula} />
        </HelpTip>
        {tag !== null && <span className="tag">{tag}</span>}
        {model.hasGap && <span className="tag warn">not finite</span>}
        <span className="spacer" />
        {controls}
        <ChartExport name={id} title={title} model={model} surface={surface} />
      </header>
      <div ref={measure} className="chart-measure" style={{ height: height }}>
        <div ref={surface} className="chart-surface" role="figure" aria-label={model.summary}>
          <Suspense fallback={null}>
            <ChartSurface model={model} width={width} height={height} {...(syncId ? { syncId: syncId } : {})} />
          </Suspense>
        </div>
        {isEmpty && <p className="chart-empty">{empty}</p>}
      </div>
      {footnote && <p className="chart-foot">{footnote}</p>}
    </section>
  );
}
