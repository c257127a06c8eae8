/** Pass@k at a k of many tries against Pass@1 as a path: what a method gives up for what it gains. */
import { useMemo } from 'react';
import { HelpTip } from '../controls/HelpTip';
import { LazyChartWords } from '../explain/lazyWords';
import { usePlotSize } from '../curves/usePlotSize';
import { BeyondCooling } from './BeyondCooling';
import { percent } from './chartModel';
import { baseLook, coolingOverlays } from './coolingOverlays';
import { TradeOffLegend } from './TradeOffLegend';
import { overlaySentences } from './tradeOffOverlay';
import { readPaths } from './tradeOffPaths';
import { TradeOffPlot } from './TradeOffPlot';
import { useBeyond } from './useBeyond';
import { useChartTurn } from './useChartTurn';
import { useCoolingReference } from './useCoolingReference';
import { useRunCooling } from './useRunCooling';
import { useForceArrows } from '../forces/useForceArrows';

export function TradeOffCard({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const [measure, width] = usePlotSize(300);
  const { paths, k, leftOut } = useMemo(
    () => readPaths(input.series, input.options.reference, input.options.chosenK),
    [input],
  );
  const { compared, reference } = useCoolingReference(input);
  const beyond = useBeyond(compared, reference, k);
  const cooling = useMemo(() => (reference ? coolingOverlays(reference.curve, k, baseLook) : []), [reference, k]);
  const present = useRunCooling(k, compared[0]?.slot ?? 0);
  const arrows = useForceArrows(k);
  const overlays = useMemo(() => [...cooling, ...present.overlays, ...arrows], [cooling, present.overlays, arrows]);
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
          text="Pass@k against Pass@1, one point per evaluation, from the starting model (ring); k is the largest that is chosen above the chart of Pass@k. To the right is sharper, up is more diverse. The cross at the end: 95 % intervals. Dashed grey: the untrained base over temperature, rings and squares its nuclei and top-k; what lies above that line is more than cooling gives. At equal Pass@1 the methods differ less than at equal steps."
        >
          <LazyChartWords id="trade" />
        </HelpTip>
        <span className="spacer" />
        {present.button && (
          <button
            type="button"
            className="button button-small"
            aria-pressed={present.button.pressed}
            disabled={present.button.busy}
            title="Pass@k of the present weights over temperature, exactly: one pass over the right answers, no number of the run changes"
            onClick={present.button.press}
          >
            {present.button.words}
          </button>
        )}
      </header>
      <div ref={measure} className="chart-measure" style={{ height }}>
        <TradeOffPlot
          width={width}
          height={height}
          paths={paths}
          overlays={overlays}
          k={k}
          summary={[...ends, ...overlaySentences(overlays)].join('; ') || 'Gain against loss. No data yet.'}
        />
        {isEmpty && <p className="chart-empty">Pass@{k} against Pass@1, a path per run.</p>}
      </div>
      <TradeOffLegend overlays={overlays} />
      <BeyondCooling all={beyond} />
      {present.problem !== '' && (
        <p className="chart-foot" role="status">
          {present.problem}
        </p>
      )}
      {leftOut.length > 0 && <p className="chart-foot">Not compared: {leftOut.join(', ')}.</p>}
    </section>
  );
}
