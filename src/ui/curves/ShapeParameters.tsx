/** Parameters of a curve that have no handle on the plot: a rate, a steepness, a smoothing. */
import { ParamControl } from '../controls/ParamControl';
import { fieldParams } from './parameterHandles';
import type { ParamSpec } from '../../experiment/paramSpec';

interface ShapeParametersProps {
  readonly title: string;
  /** All of the kind's parameters; those with a handle are left to it. */
  readonly params: readonly ParamSpec[];
  readonly spec: Readonly<Record<string, unknown>>;
  readonly onChange: (key: string, value: unknown) => void;
}

const stepOf = (param: ParamSpec): number =>
  typeof param.default === 'number' && param.default !== 0 ? Math.abs(param.default) / 10 : 0.05;

export function ShapeParameters({ title, params, spec, onChange }: ShapeParametersProps): React.JSX.Element | null {
  const beside = fieldParams(params);
  if (beside.length === 0) return null;
  return (
    <div className="shape-params" role="group" aria-label={`${title}: parameters`}>
      {beside.map((param) => (
        <label key={param.key} className="knot-field" title={param.help}>
          <span>{param.label}</span>
          <ParamControl
            param={param}
            value={spec[param.key]}
            step={stepOf(param)}
            onChange={(next) => onChange(param.key, next)}
          />
        </label>
      ))}
    </div>
  );
}
