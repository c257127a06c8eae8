/** The input of one parameter, chosen by its spec: of a task, an algorithm or a curve. */
import type { ParamSpec, TextSpec } from '../../experiment/paramSpec';
import { NumberInput } from './NumberInput';

interface ParamControlProps {
  readonly id?: string;
  /** Knots are dragged on a plot, not typed. */
  readonly param: Exclude<ParamSpec, { readonly kind: 'knots' }>;
  readonly value: unknown;
  /** One press of an arrow key, of numbers that are not whole. */
  readonly step: number;
  readonly onChange: (value: unknown) => void;
}

export function ParamControl({ id, param, value, step, onChange }: ParamControlProps): React.JSX.Element {
  switch (param.kind) {
    case 'number':
    case 'integer':
      return (
        <NumberInput
          {...(id === undefined ? {} : { id })}
          value={typeof value === 'number' ? value : param.default}
          min={param.min}
          max={param.max}
          step={param.kind === 'integer' ? 1 : step}
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
    case 'text':
      return (
        <input
          id={id}
          className="field-input"
          type="text"
          defaultValue={typeof value === 'string' ? value : param.default}
          key={typeof value === 'string' ? value : param.default}
          onBlur={(event) => onChange(acceptedText(event.target.value, param) ?? value)}
        />
      );
    default:
      return param satisfies never;
  }
}

/** Null for a text that the parameter does not allow: the one before it stays. */
const acceptedText = (text: string, { pattern }: TextSpec): string | null =>
  new RegExp(pattern, 'u').test(text) ? text : null;
