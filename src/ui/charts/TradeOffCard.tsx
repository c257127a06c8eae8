/** Largest-k Pass@k against Pass@1 as a path: what a method gives up for what it gains. */
import { useMemo } from 'react';
import { HelpTip } from '../controls/HelpTip';
import { LazyChartWords } from '../explain/lazyWords';
import { usePlotSize } from '../curves/usePlotSize';
import { percent } from './chartModel';
import { useForceArrows } from '../forces/useForceArrows';
import { overlaySentences } from './tradeOffOverlay';
import { readPaths } from './tradeOffPaths';
import { TradeOffPlot } from './TradeOffPlot';
import { useChartTurn } from './useChartTurn';

export function TradeOffCard({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const [measure, width] = usePlotSize(300);
  const { paths, k, leftOut } = useMemo(() => readPaths(input.series, input.options.reference), [input]);
  const arrows = useForceArrows(k);
  const overlays = useMemo(() => [...arrows], [arrows]);
  const ends = paths.map(
    ({ name, points }) =>
      `${name}: pass@1 ${percent(points.at(-1)?.x ?? 0)}, pass@${k} ${percent(points.at(-1)?.y ?? 0)}`,
  );
  const isEmpty = paths.every(({ points }) => points.length === 0);
  return (
    <section ref={ref} className="panel chart-card" aria-labelledby="chart-trade" data-chart="trade">
      <header className="chart-head">
        <h3 id="chart-trade">Gain against loss</h3>
        <HelpTip
          label="gain against loss"
          text="Pass@k at the largest k against Pass@1, one point per evaluation, from the starting model (ring). To the right is sharper, up is more diverse. At equal Pass@1 the methods differ less than at equal steps."
        >
          <LazyChartWords id="trade" />
        </HelpTip>
      </header>
      <div ref={measure} className="chart-measure" style={{ height }}>
        <TradeOffPlot
          width={width}
          height={height}
          paths={paths}
          overlays={overlays}
          summary={[...ends, ...overlaySentences(overlays)].join('; ') || 'Gain against loss. No data yet.'}
        />
        {isEmpty && <p className="chart-empty">Largest-k Pass@k against Pass@1, a path per run.</p>}
      </div>
      {leftOut.length > 0 && <p className="chart-foot">Not compared: {leftOut.join(', ')}.</p>}
    </section>
  );
}
