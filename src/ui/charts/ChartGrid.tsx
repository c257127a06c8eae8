/** All charts. Pass@k and entropy come first and largest; each redraws on its own turn. */
import { Suspense, useMemo } from 'react';
import { lazyPart } from '../controls/lazyPart';
import { useRuns } from '../../store/runs/runs';
import { metricModel } from './buildModels';
import { ChartCard } from './ChartCard';
import { metricCharts, type MetricChartSpec } from './chartSpecs';
import { ChartToolbar } from './ChartToolbar';
import { KChooser } from './KChooser';
import { fanModel, passOverTimeModel } from './passModels';
import { useChartTurn } from './useChartTurn';

// Not part of the first load.
const TradeOffCard = lazyPart(() => import('./TradeOffCard').then((file) => file.TradeOffCard));
const ForecastCard = lazyPart(() => import('../forces/ForecastCard').then((file) => file.ForecastCard));

const TALL = 196;
const LOW = 150;
const SYNC = 'training';

export function ChartGrid(): React.JSX.Element {
  const entropy = metricCharts.find((spec) => spec.id === 'entropy');
  const measured = useRuns((state) => state.runs.some(({ forces }) => forces.length > 0));
  return (
    <div className="charts">
      <ChartToolbar />
      <div className="chart-grid">
        <PassOverTime />
        {entropy && <MetricChart spec={entropy} height={TALL} />}
        <PassFan />
        {metricCharts
          .filter((spec) => spec.id === 'accuracy')
          .map((spec) => (
            <MetricChart key={spec.id} spec={spec} height={LOW} />
          ))}
        <Suspense fallback={<section className="panel chart-card" style={{ height: LOW + 40 }} />}>
          <TradeOffCard height={LOW} />
        </Suspense>
        {measured && (
          <Suspense fallback={null}>
            <ForecastCard height={LOW} />
          </Suspense>
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
      help="Chance that at least one of k answers is right, on held-out prompts. Dashed: the starting model. Bands: 95 %, for one seed by bootstrap over the problems, from three seeds on the Student interval of their mean."
      formula="pass@k = 1 − C(n−c, k) / C(n, k)"
      model={model}
      height={TALL}
      syncId={SYNC}
      controls={<KChooser />}
      empty="Pass@k on held-out prompts, from the starting model on."
      outer={ref}
    />
  );
}

function PassFan(): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const model = useMemo(() => fanModel(input.series, input.options), [input]);
  return (
    <ChartCard
      id="fan"
      title="Pass@k by k"
      help="The latest evaluation over all k. A method that sharpens lifts the left end; one that loses diversity falls below the dashed starting model at the right end."
      formula="pass@k = 1 − C(n−c, k) / C(n, k)"
      model={model}
      height={LOW}
      empty="The fan of Pass@k over k, against the starting model."
      footnote={model.crossover}
      outer={ref}
    />
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
