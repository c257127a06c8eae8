/** The input of one field. Curves are edited in their own editors; here they show as a number or a short description. */
import { useId } from 'react';
import { useStore } from 'zustand';
import type { FieldSpec } from '../../experiment/fieldSpec';
import { modelName, readModelId } from '../../experiment/modelId';
import { openModels, useModels } from '../../store/models/models';
import { withModel, withTask } from '../../store/experiment/choices';
import { exactOffer, withMethod } from '../../store/experiment/evaluationMethod';
import { describeValue } from '../../store/experiment/fields';
import { useApp } from '../appContext';
import { NumberInput } from '../controls/NumberInput';

interface FieldControlProps {
  readonly id: string;
  readonly spec: FieldSpec;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** One press of an arrow key: a round share of the value's size. */
function stepOf(value: number, integer: boolean): number {
  if (integer) return 1;
  const size = Math.abs(value) || 1;
  return 10 ** Math.floor(Math.log10(size)) / 10;
}

export function FieldControl({ id, spec, value, onChange }: FieldControlProps): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  switch (spec.kind) {
    case 'number':
    case 'integer':
    case 'optional-number':
    case 'optional-integer': {
      const integer = spec.kind.endsWith('integer');
      if (value === null || typeof value !== 'number')
        return <OptionalNumber id={id} onChange={() => onChange(spec.min > 0 ? spec.min : 1)} />;
      return (
        <>
          <NumberInput
            id={id}
            value={value}
            min={spec.min}
            max={spec.max}
            step={stepOf(value, integer)}
            integer={integer}
            onCommit={onChange}
          />
          {spec.kind.startsWith('optional') && (
            <button
              type="button"
              className="button button-small button-quiet"
              onClick={() => onChange(null)}
              aria-label={`Switch off ${spec.label}`}
            >
              off
            </button>
          )}
        </>
      );
    }
    case 'scheduled':
      return typeof value === 'number' ? (
        <NumberInput
          id={id}
          value={value}
          min={spec.min}
          max={spec.max}
          step={stepOf(value, false)}
          onCommit={onChange}
        />
      ) : (
        <output id={id} className="field-curve">
          {describeValue(value)}
        </output>
      );
    case 'confidence':
      return (
        <output id={id} className="field-curve">
          {describeValue(value)}
        </output>
      );
    case 'boolean':
      return (
        <input id={id} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />
      );
    case 'choice':
      if (spec.path === 'evaluation.method') return <EvaluationMethod id={id} spec={spec} value={String(value)} />;
      return <Choice id={id} value={String(value)} options={spec.options} onChange={onChange} />;
    case 'task':
      return (
        <Choice
          id={id}
          value={String(value)}
          options={catalogue.tasks.map((task) => ({ value: task.name, label: task.label }))}
          onChange={(name) => {
            const { experiment, replace, preset } = experiments.getState();
            replace(withTask(experiment, name, catalogue), preset);
          }}
        />
      );
    case 'algorithm':
      return (
        <Choice
          id={id}
          value={String(value)}
          options={catalogue.algorithms.map((entry) => ({ value: entry.id, label: entry.label }))}
          onChange={(algorithm) => {
            const { experiment, replace, preset } = experiments.getState();
            const defaults = catalogue.algorithms.find((entry) => entry.id === algorithm)?.defaults ?? {};
            replace(
              { ...experiment, objective: { ...experiment.objective, params: {}, ...defaults, algorithm } },
              preset,
            );
          }}
        />
      );
    case 'text':
      return spec.path === 'model' ? (
        <ModelChoice id={id} value={String(value)} />
      ) : (
        <input
          id={id}
          className="field-input"
          type="text"
          value={String(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'task-params':
    case 'algorithm-params':
      return <span />;
    default:
      return spec satisfies never;
  }
}

/** Stands for no model: opens the panel that imports them. */
const IMPORT = '+';

/** Shipped models, imported ones, and the way to more. One that is neither can be looked at and not trained. */
function ModelChoice({ id, value }: { readonly id: string; readonly value: string }): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const cached = useModels((state) => state.cached);
  const note = useId();
  const imported = cached.flatMap((model) =>
    model.state === 'whole' && model.id !== null ? [{ value: model.id, label: modelName(model.id) }] : [],
  );
  const shipped = catalogue.models.map((model) => ({ value: model.id, label: model.label }));
  const here = [...shipped, ...imported].some((option) => option.value === value);
  // A folder beside the page that no card describes is found when it is loaded.
  const importable = !here && readModelId(value)?.kind !== 'shipped';
  const missing = here ? [] : [{ value, label: importable ? `${modelName(value)} (not here)` : value }];
  return (
    <>
      <Choice
        id={id}
        value={value}
        describedBy={importable ? note : undefined}
        options={[...missing, ...shipped, ...imported, { value: IMPORT, label: 'Import a model…' }]}
        onChange={(model) => {
          if (model === IMPORT) return openModels();
          const { experiment, replace, preset } = experiments.getState();
          replace(withModel(experiment, model, catalogue), preset);
        }}
      />
      {importable && (
        <p id={note} className="field-note">
          Not in this browser.{' '}
          <button type="button" className="button button-small" onClick={() => openModels(value)}>
            Import it
          </button>
        </p>
      )}
    </>
  );
}

interface EvaluationMethodProps {
  readonly id: string;
  readonly spec: Extract<FieldSpec, { readonly kind: 'choice' }>;
  readonly value: string;
}

/** Exact is not offered where the task rules it out, and says why or on what it depends. */
function EvaluationMethod({ id, spec, value }: EvaluationMethodProps): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const note = useId();
  const experiment = useStore(experiments, (state) => state.experiment);
  const offer = exactOffer(experiment, catalogue);
  return (
    <>
      <Choice
        id={id}
        value={offer.offered ? value : 'sampled'}
        options={offer.offered ? spec.options : spec.options.filter((option) => option.value !== 'exact')}
        describedBy={offer.note === null ? undefined : note}
        onChange={(method) => {
          const { replace, preset } = experiments.getState();
          replace(withMethod(experiment, method === 'exact' ? 'exact' : 'sampled', catalogue), preset);
        }}
      />
      {offer.note !== null && (
        <p id={note} className="field-note">
          {offer.note}
        </p>
      )}
    </>
  );
}

function OptionalNumber({ id, onChange }: { readonly id: string; readonly onChange: () => void }): React.JSX.Element {
  return (
    <button id={id} type="button" className="button button-small" onClick={onChange}>
      off
    </button>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly describedBy?: string | undefined;
  readonly onChange: (value: string) => void;
}

function Choice({ id, value, options, describedBy, onChange }: ChoiceProps): React.JSX.Element {
  const known = options.some((option) => option.value === value);
  return (
    <select
      id={id}
      className="field-input field-select"
      value={value}
      aria-describedby={describedBy}
      onChange={(event) => onChange(event.target.value)}
    >
      {!known && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
