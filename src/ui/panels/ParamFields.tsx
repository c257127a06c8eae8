/** A task's or an algorithm's own parameters, from their specs. */
import { useId } from 'react';
import type { ActsWhen, ParamSpec } from '../../experiment/paramSpec';
import { HelpTip } from '../controls/HelpTip';
import { NumberInput } from '../controls/NumberInput';

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
  const control = (): React.JSX.Element | null => {
    switch (param.kind) {
      case 'number':
      case 'integer':
        return (
          <NumberInput
            id={id}
            value={typeof value === 'number' ? value : param.default}
            min={param.min}
            max={param.max}
            step={param.kind === 'integer' ? 1 : Math.max(Math.abs(param.default) / 10, 0.01)}
            integer={param.kind === 'integer'}
            onCommit={onChange}
          />
        );
      case 'choice':
        return (
          <select
            id={id}
            className="field-input field-select"
            value={typeof value === 'string' || typeof value === 'number' ? String(value) : String(param.default)}
            onChange={(event) =>
              onChange(param.options.find((option) => String(option.value) === event.target.value)?.value)
            }
          >
            {param.options.map((option) => (
              <option key={option.value} value={String(option.value)}>
                {option.label}
              </option>
            ))}
          </select>
        );
      case 'boolean':
        return (
          <input
            id={id}
            type="checkbox"
            checked={(value ?? param.default) === true}
            onChange={(event) => onChange(event.target.checked)}
          />
        );
      case 'knots':
        return null;
      default:
        return param satisfies never;
    }
  };
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {param.label}
      </label>
      <HelpTip label={param.label} text={param.help}>
        <p className="muted">{acts === 'restart' ? 'Needs a restart.' : 'Acts at the next rollout.'}</p>
      </HelpTip>
      <span className="spacer" />
      {control()}
    </div>
  );
}
