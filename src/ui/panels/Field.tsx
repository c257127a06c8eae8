/** One field of the experiment with its control, chosen by the kind of its spec. */
import { useId } from 'react';
import { useStore } from 'zustand';
import type { FieldSpec } from '../../experiment/fieldSpec';
import { getField } from '../../experiment/paths';
import { useRuns } from '../../store/runs';
import { useApp } from '../appContext';
import { HelpTip } from '../controls/HelpTip';
import { FieldControl } from './FieldControl';
import { ParamFields } from './ParamFields';

export function Field({ spec }: { readonly spec: FieldSpec }): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const id = useId();
  const experiment = useStore(experiments, (state) => state.experiment);
  const running = useRuns((state) => state.activeId !== null);
  const value = getField(experiment, spec.path);
  const set = (next: unknown): void => experiments.getState().set(spec.path, next);

  if (spec.kind === 'algorithm-params' || spec.kind === 'task-params') {
    const params =
      spec.kind === 'task-params'
        ? catalogue.tasks.find((task) => task.name === experiment.task.name)?.params
        : catalogue.algorithms.find((entry) => entry.id === experiment.objective.algorithm)?.params;
    return (
      <ParamFields
        params={params ?? []}
        value={value as Readonly<Record<string, unknown>>}
        acts={spec.acts}
        onChange={set}
      />
    );
  }
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {spec.label}
      </label>
      <HelpTip label={spec.label} text={spec.help} {...formulaOf()}>
        <p className="muted">{spec.acts === 'restart' ? 'Needs a restart.' : 'Acts at the next rollout.'}</p>
      </HelpTip>
      {running && spec.acts === 'restart' && (
        <span className="tag" title="A change waits for a restart">
          restart
        </span>
      )}
      <span className="spacer" />
      <FieldControl id={id} spec={spec} value={value} onChange={set} />
      {'unit' in spec && spec.unit !== '' && <span className="field-unit">{spec.unit}</span>}
    </div>
  );

  function formulaOf(): { formula?: string; mathml?: string } {
    if (spec.kind !== 'algorithm') return {};
    const entry = catalogue.algorithms.find((candidate) => candidate.id === value);
    return entry ? { formula: entry.formula.text, mathml: entry.formula.mathml } : {};
  }
}
