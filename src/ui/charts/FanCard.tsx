/** Pass@k over k: the latest evaluation of each run, its starting model, and that model cooled. */
import { useMemo } from 'react';
import { ChartCard } from './ChartCard';
import { fanModel } from './fanModel';
import { useChartTurn } from './useChartTurn';
import { cooledFan, useCoolingReference } from './useCoolingReference';

export function FanCard({ height }: { readonly height: number }): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const cooling = useCoolingReference(input);
  const model = useMemo(
    () => fanModel(input.series, input.options, cooledFan(cooling, input.options.chosenK)),
    [input, cooling],
  );
  return (
    <ChartCard
      id="fan"
      title="Pass@k by k"
      help="The latest evaluation over all k. A method that sharpens lifts the left end; one that loses diversity falls below the dashed starting model at the right end. Dotted: the starting model at the temperature that gives it the same pass@1 as the run in front."
      formula="pass@k = 1 − C(n−c, k) / C(n, k)"
      model={model}
      height={height}
      empty="The fan of Pass@k over k, against the starting model."
      tag={model.how}
      footnote={model.crossover}
      outer={ref}
    />
  );
}
