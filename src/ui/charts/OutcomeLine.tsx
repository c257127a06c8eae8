/** What the run in front came to, in one sentence above the charts, and when it has ended the experiment it suggests as a button. */
import { useMemo } from 'react';
import { applyEdits } from '../../experiment/edits';
import { manyTries } from '../../store/results/chosenK';
import { nextExperiment } from '../../store/results/nextExperiment';
import { outcomeOf, outcomeWords, type Outcome } from '../../store/results/outcome';
import { allEdits, meanRuns, type RunSeries } from '../../store/runs/series';
import { useApp } from '../appContext';
import { useBeyond } from './useBeyond';
import { useChartTurn } from './useChartTurn';
import { useCoolingReference } from './useCoolingReference';

export function OutcomeLine(): React.JSX.Element {
  const [input, ref] = useChartTurn();
  const { compared, reference } = useCoolingReference(input);
  const { chosenK } = input.options;
  // Without one in front it is the last: the recording that was opened, the run that a file brought.
  const first = (input.options.front ? compared[0] : compared.at(-1)) ?? null;
  const front = useMemo(() => (first ? [first] : []), [first]);
  const ks = (first ? meanRuns(first) : []).flatMap((run) => run.evaluations[0]?.passAtK ?? []).map(({ k }) => k);
  const [own] = useBeyond(front, reference, manyTries(ks, chosenK) ?? 1);
  const outcome = useMemo(
    () => first && outcomeOf(meanRuns(first), own?.id === first.id ? own.beyond : null, chosenK),
    [first, own, chosenK],
  );
  return (
    <section ref={ref} className="outcome" aria-label="What came of it">
      {first && outcome && (
        <>
          <p data-testid="outcome">
            {compared.length > 1 && <b>{first.name}: </b>}
            {outcomeWords(outcome)}
          </p>
          <Next series={first} outcome={outcome} />
        </>
      )}
    </section>
  );
}

/** Of a run that was trained here, or watched: one that a link brought has a button of its own. */
function Next({
  series,
  outcome,
}: {
  readonly series: RunSeries;
  readonly outcome: Outcome;
}): React.JSX.Element | null {
  const { experiments, training } = useApp();
  const { first: run } = series;
  if (run.origin !== 'trained' || series.runs.some(({ status }) => status.phase !== 'finished')) return null;
  const next = nextExperiment(applyEdits({ ...run.experiment, edits: allEdits(run) }, run.status.step), outcome);
  return (
    <button
      type="button"
      className="button button-small"
      title={next.why}
      onClick={() => {
        experiments.getState().replace(next.experiment, experiments.getState().preset);
        training.train();
      }}
    >
      Train next: {next.label}
    </button>
  );
}
