/** Pass@k over the run: the chart that comes first. */
import { useMemo } from 'react';
import { ChartCard } from './ChartCard';
import { KChooser } from './KChooser';
import { passOverTimeModel } from './passModels';
import { timeSync } from './timeSync';
import { useChartTurn } from './useChartTurn';

export function PassOverTime({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const model = useMemo(() => passOverTimeModel(input.series, input.options), [input]);
  return (
    <ChartCard
      id="pass"
      title="Pass@k"
      help="Chance that at least one of k answers is right, on held-out prompts. Dashed: the starting model. Bands: 95 %, for one seed by bootstrap over the problems, from three seeds on over problems and seeds. Exact: from the probability of every right answer, without any noise of sampling."
      formula="pass@k = 1 − C(n−c, k) / C(n, k), exact: 1 − (1 − p)^k"
      model={model}
      height={height}
      syncId={timeSync}
      tag={model.how}
      controls={<KChooser />}
      empty="Pass@k on held-out prompts, from the starting model on."
      outer={ref}
    />
  );
}
