/** All charts. Pass@k and entropy come first and largest; each redraws on its own turn. */
import { Suspense, useMemo } from 'react';
import { lazyPart } from '../controls/lazyPart';
import { useRuns } from '../../store/runs/runs';
import { metricModel } from './buildModels';
import { ChartCard } from './ChartCard';
import { metricCharts, type MetricChartSpec } from './chartSpecs';
import { ChartToolbar } from './ChartToolbar';
import { PassOverTime } from './PassOverTime';
import { timeSync } from './timeSync';
import { useChartTurn } from './useChartTurn';
import { useWideCurve } from './useWideCurve';

// Not part of the first load.
const ForecastCard = lazyPart(() => import('../forces/ForecastCard').then((file) => file.ForecastCard));

const TALL = 196;
const LOW = 150;
/** Of a card, above its drawing, with its padding. */
const HEAD = 38;

// What knows the cooled base is not there for the first paint.
const FanCard = lazyPart(() => import('./FanCard').then((file) => file.FanCard));
const WideCurve = lazyPart(() => import('./WideCurve').then((file) => file.WideCurve));
const OutcomeLine = lazyPart(() => import('./OutcomeLine').then((file) => file.OutcomeLine));
const TradeOffCard = lazyPart(() => import('./TradeOffCard').then((file) => file.TradeOffCard));

export function ChartGrid(): React.JSX.Element {
  const entropy = metricCharts.find((spec) => spec.id === 'entropy');
  const measured = useRuns((state) => state.runs.some(({ forces }) => forces.length > 0));
  const wide = useWideCurve();
  return (
    <div className="charts">
      <ChartToolbar />
      <Suspense fallback={<div className="outcome" />}>
        <OutcomeLine />
      </Suspense>
      <div className={`chart-grid ${wide ? 'chart-grid-wide' : ''}`}>
        {wide && (
          <Late>
            <WideCurve field={wide} />
          </Late>
        )}
        <PassOverTime height={TALL} />
        {entropy && <MetricChart spec={entropy} height={TALL} />}
        <Late>
          <FanCard height={LOW} />
        </Late>
        {metricCharts
          .filter((spec) => spec.id === 'accuracy')
          .map((spec) => (
            <MetricChart key={spec.id} spec={spec} height={LOW} />
          ))}
        <Late>
          <TradeOffCard height={LOW} />
        </Late>
        {measured && (
          <Late>
            <ForecastCard height={LOW} />
          </Late>
        )}
        {metricCharts
          .filter((spec) => spec.id !== 'entropy' && spec.id !== 'accuracy')
          .map((spec) => (
            <MetricChart key={spec.id} spec={spec} height={LOW} />
          ))}
      </div>
    </div>
  );
}

/** Keeps its card's place while it loads. */
function Late({ children }: { readonly children: React.ReactNode }): React.JSX.Element {
  return (
    <Suspense fallback={<div className="panel chart-card" style={{ minHeight: LOW + HEAD }} />}>{children}</Suspense>
  );
}

function MetricChart({ spec, height }: { readonly spec: MetricChartSpec; readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const model = useMemo(() => metricModel(spec, input.series, input.options), [spec, input]);
  return (
    <ChartCard
      id={spec.id}
      title={spec.title}
      help={spec.help}
      formula={spec.formula}
      model={model}
      height={height}
      syncId={timeSync}
      empty={spec.empty}
      outer={ref}
    />
  );
}
