/** One field of the experiment with its control, chosen by the kind of its spec. */
import { Suspense, useId } from 'react';
import { useStore } from 'zustand';
import type { AlgorithmEntry } from '../../experiment/catalogue';
import type { FieldSpec } from '../../experiment/fieldSpec';
import { getField } from '../../experiment/paths';
import { useRuns } from '../../store/runs/runs';
import { isUnderWay } from '../../store/run/phases';
import { useApp } from '../appContext';
import { HelpTip } from '../controls/HelpTip';
import { lazyPart } from '../controls/lazyPart';
import { LazyFieldFormula } from '../explain/lazyWords';
import { PaperLinks } from '../explain/PaperLinks';
import { FieldControl } from './FieldControl';
import { ParamFields } from './ParamFields';

const TaskData = lazyPart(async () => (await import('./TaskData')).TaskData);

export function Field({ spec }: { readonly spec: FieldSpec }): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const id = useId();
  const experiment = useStore(experiments, (state) => state.experiment);
  const underWay = useRuns((state) =>
    state.runs.some((run) => run.id === state.activeId && isUnderWay(run.status.phase)),
  );
  const value = getField(experiment, spec.path);
  const chosen =
    spec.kind === 'algorithm' ? catalogue.algorithms.find((candidate) => candidate.id === value) : undefined;
  const set = (next: unknown): void => experiments.getState().set(spec.path, next);

  if (spec.kind === 'algorithm-params' || spec.kind === 'task-params') {
    const task =
      spec.kind === 'task-params' ? catalogue.tasks.find(({ name }) => name === experiment.task.name) : undefined;
    const params =
      spec.kind === 'task-params'
        ? task?.params
        : catalogue.algorithms.find((entry) => entry.id === experiment.objective.algorithm)?.params;
    const values = value as Readonly<Record<string, unknown>>;
    return (
      <>
        <ParamFields params={params ?? []} value={values} acts={spec.acts} onChange={set} />
        {task?.data && (
          <Suspense fallback={null}>
            <TaskData
              need={task.data}
              value={typeof values['data'] === 'string' ? values['data'] : ''}
              onChange={(data) => set({ ...values, data })}
            />
          </Suspense>
        )}
      </>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {spec.label}
      </label>
      <HelpTip label={spec.label} text={spec.help} formula={chosen?.formula.text} mathml={chosen?.formula.mathml}>
        {!chosen && <LazyFieldFormula path={spec.path} />}
        {chosen && <AlgorithmWords entry={chosen} />}
        <p className="muted">{spec.acts === 'restart' ? 'Needs a restart.' : 'Acts at the next rollout.'}</p>
      </HelpTip>
      {underWay && spec.acts === 'restart' && (
        <span className="tag" title="A change waits for a restart">
          restart
        </span>
      )}
      <span className="spacer" />
      <FieldControl id={id} spec={spec} value={value} onChange={set} />
      {'unit' in spec && spec.unit !== '' && <span className="field-unit">{spec.unit}</span>}
    </div>
  );
}

/** Where the chosen algorithm comes from, and where it departs from there. */
function AlgorithmWords({ entry }: { readonly entry: AlgorithmEntry }): React.JSX.Element {
  return (
    <>
      <p>{entry.help}</p>
      <p className="muted">
        Source: <PaperLinks text={entry.source} />.{entry.deviations && ` Departs from it: ${entry.deviations}`}
      </p>
    </>
  );
}
