/** All charts. Pass@k and entropy come first and largest; each redraws on its own turn. */
import { Suspense, useMemo } from 'react';
import { lazyPart } from '../controls/lazyPart';
import { useRuns } from '../../store/runs/runs';
import { metricModel } from './buildModels';
import { ChartCard } from './ChartCard';
import { metricCharts, type MetricChartSpec } from './chartSpecs';
import { ChartToolbar } from './ChartToolbar';
import { KChooser } from './KChooser';
import { passOverTimeModel } from './passModels';
import { useChartTurn } from './useChartTurn';

// Not part of the first load.
const ForecastCard = lazyPart(() => import('../forces/ForecastCard').then((file) => file.ForecastCard));

const TALL = 196;
const LOW = 150;
/** Of a card, above its drawing, with its padding. */
const HEAD = 38;
const SYNC = 'training';

// What knows the cooled base is not there for the first paint.
const FanCard = lazyPart(() => import('./FanCard').then((file) => file.FanCard));
const OutcomeLine = lazyPart(() => import('./OutcomeLine').then((file) => file.OutcomeLine));
const TradeOffCard = lazyPart(() => import('./TradeOffCard').then((file) => file.TradeOffCard));

export function ChartGrid(): React.JSX.Element {
  const entropy = metricCharts.find((spec) => spec.id === 'entropy');
  const measured = useRuns((state) => state.runs.some(({ forces }) => forces.length > 0));
  return (
    <div className="charts">
      <ChartToolbar />
      <Suspense fallback={<div className="outcome" />}>
        <OutcomeLine />
      </Suspense>
      <div className="chart-grid">
        <PassOverTime />
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

function PassOverTime(): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const model = useMemo(() => passOverTimeModel(input.series, input.options), [input]);
  return (
    <ChartCard
      id="pass"
      title="Pass@k"
      help="Chance that at least one of k answers is right, on held-out prompts. Dashed: the starting model. Bands: 95 %, for one seed by bootstrap over the problems, from three seeds on over problems and seeds. Exact: from the probability of every right answer, without any noise of sampling."
      formula="pass@k = 1 − C(n−c, k) / C(n, k), exact: 1 − (1 − p)^k"
      model={model}
      height={TALL}
      syncId={SYNC}
      tag={model.how}
      controls={<KChooser />}
      empty="Pass@k on held-out prompts, from the starting model on."
      outer={ref}
    />
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
      syncId={SYNC}
      empty={spec.empty}
      outer={ref}
    />
  );
}
