/** The cooled base that the drawn runs are set against: loaded when one of them has been evaluated. */
import { useEffect, useMemo } from 'react';
import { mean } from '../../lib/stats';
import { cooledTo } from '../../records/cooling';
import { MANY, manyTries } from '../../store/results/chosenK';
import { whyNotCompared } from '../../store/results/comparable';
import { loadBase, useBases } from '../../store/cooling/bases';
import { referenceFor, type CoolingReference } from '../../store/cooling/reference';
import { meanRuns, type RunSeries } from '../../store/runs/series';
import { useApp } from '../appContext';
import type { CooledFan } from './fanModel';
import type { ChartInput } from './useChartTurn';

export interface ComparedWithCooling {
  /** Those that are set against each other, the one in front first. */
  readonly compared: readonly RunSeries[];
  /** Null while there is none. */
  readonly reference: CoolingReference | null;
}

export function useCoolingReference({ series, options }: ChartInput): ComparedWithCooling {
  const { catalogue } = useApp();
  const { front, reference: experiment } = options;
  const compared = useMemo(() => {
    const alike = series.filter(
      ({ first }) => experiment === null || whyNotCompared(first.experiment, experiment) === null,
    );
    const isFront = ({ runs }: RunSeries): boolean => front !== null && runs.some(({ id }) => id === front.id);
    return [...alike.filter(isFront), ...alike.filter((one) => !isFront(one))];
  }, [series, front, experiment]);
  // Opening a link downloads nothing: its curve is set against the base beside a run of one's own.
  const run =
    compared.flatMap(({ runs }) =>
      runs.filter(({ evaluations, origin }) => evaluations.length > 0 && origin !== 'link'),
    )[0] ?? null;
  // A cooling curve is a sum over listed right answers; a base of another task has none.
  const listsAnswers = catalogue.tasks.find(({ name }) => name === run?.experiment.task.name)?.listsAnswers === true;
  const shipped = (listsAnswers && catalogue.models.find(({ id }) => id === run?.experiment.model)) || null;
  const base = useBases((state) => (shipped ? (state.bases[shipped.id] ?? null) : null));
  useEffect(() => {
    if (shipped) void loadBase(document.baseURI, shipped.id);
  }, [shipped]);
  // The problems of a run never change: its first evaluation has them.
  const reference = useMemo(
    () => (run && base && shipped ? referenceFor(run, base, shipped.maxNewTokens) : null),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- rows grow, problems stay
    [run?.id, base, shipped],
  );
  return useMemo(() => ({ compared, reference }), [compared, reference]);
}

/** The base cooled to the Pass@1 of the first of the compared series; null before it was trained and where no temperature gives that. */
export function cooledFan(
  { compared: [first], reference }: ComparedWithCooling,
  chosenK: readonly number[],
): CooledFan | null {
  const runs = first ? meanRuns(first) : [];
  const rows = runs.flatMap(({ evaluations }) => evaluations.at(-1) ?? []);
  const ones = rows.flatMap(({ passAtK }) => passAtK.find(({ k }) => k === 1)?.mean ?? []);
  if (!reference || ones.length === 0 || rows.some(({ step }) => step === 0)) return null;
  const { curve } = reference;
  const cooled = cooledTo(curve, manyTries(curve.ks, chosenK) ?? MANY, mean(ones));
  return (
    cooled && {
      temperature: cooled.temperature,
      points: curve.ks.map((k, index) => ({ k, mean: cooled.passAtK[index] ?? NaN })),
    }
  );
}
