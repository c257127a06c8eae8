/** A task's or an algorithm's own parameters, from their specs. */
import { useId } from 'react';
import type { ActsWhen, ParamSpec } from '../../experiment/paramSpec';
import { HelpTip } from '../controls/HelpTip';
import { ParamControl } from '../controls/ParamControl';

type Values = Readonly<Record<string, unknown>>;

interface ParamFieldsProps {
  readonly params: readonly ParamSpec[];
  readonly value: Values;
  readonly acts: ActsWhen;
  readonly onChange: (value: Values) => void;
}

export function ParamFields({ params, value, acts, onChange }: ParamFieldsProps): React.JSX.Element {
  return (
    <>
      {params.map((param) => (
        <ParamField
          key={param.key}
          param={param}
          value={value[param.key]}
          acts={acts}
          onChange={(next) => onChange({ ...value, [param.key]: next })}
        />
      ))}
    </>
  );
}

interface ParamFieldProps {
  readonly param: ParamSpec;
  readonly value: unknown;
  readonly acts: ActsWhen;
  readonly onChange: (value: unknown) => void;
}

function ParamField({ param, value, acts, onChange }: ParamFieldProps): React.JSX.Element | null {
  const id = useId();
  // Rows are chosen, not typed (TaskData).
  if (param.kind === 'text' && param.role === 'data') return null;
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {param.label}
      </label>
      <HelpTip label={param.label} text={param.help}>
        <p className="muted">{acts === 'restart' ? 'Needs a restart.' : 'Acts at the next rollout.'}</p>
      </HelpTip>
      <span className="spacer" />
      {param.kind !== 'knots' && (
        <ParamControl
          id={id}
          param={param}
          value={value}
          step={typeof param.default === 'number' ? Math.max(Math.abs(param.default) / 10, 0.01) : 0.01}
          onChange={onChange}
        />
      )}
    </div>
  );
}
