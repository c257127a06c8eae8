/** The selected knot in numbers: exact entry, easing, nudge buttons (the alternative to dragging, WCAG 2.5.7) and removal. */
import { NumberInput } from '../controls/NumberInput';
import { IconButton } from '../controls/IconButton';
import type { AxisSpec, CurveHandle } from './curveModel';
import type { HandleAxis } from './KnotHandle';

interface KnotToolbarProps {
  readonly curveTitle: string;
  readonly handle: CurveHandle;
  readonly xAxis: AxisSpec;
  readonly yAxis: AxisSpec;
  readonly easings: readonly string[];
  readonly firstField: React.RefObject<HTMLInputElement | null>;
  readonly onMoveTo: (axis: HandleAxis, value: number) => void;
  readonly onNudge: (axis: HandleAxis, steps: number) => void;
  readonly onEasing: (easing: string) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

export function KnotToolbar(props: KnotToolbarProps): React.JSX.Element {
  const { handle, xAxis, yAxis } = props;
  return (
    <div className="knot-toolbar" role="group" aria-label={`${props.curveTitle}: ${handle.name}, exact values`}>
      {handle.movesX && (
        <label className="knot-field">
          <span>{xAxis.noun}</span>
          <NumberInput
            inputRef={props.firstField}
            value={handle.x}
            min={handle.xMin}
            max={handle.xMax}
            step={xAxis.step}
            onCommit={(value) => props.onMoveTo('x', value)}
          />
        </label>
      )}
      {handle.movesY && (
        <label className="knot-field">
          <span>{yAxis.noun}</span>
          <NumberInput
            {...(handle.movesX ? {} : { inputRef: props.firstField })}
            value={handle.y}
            min={yAxis.min}
            max={Number.MAX_VALUE}
            step={yAxis.step}
            onCommit={(value) => props.onMoveTo('y', value)}
          />
        </label>
      )}
      {handle.easing !== undefined && (
        <label className="knot-field">
          <span>then</span>
          <select
            className="field-input"
            value={handle.easing}
            onChange={(event) => props.onEasing(event.target.value)}
          >
            {props.easings.map((easing) => (
              <option key={easing}>{easing}</option>
            ))}
          </select>
        </label>
      )}
      <span className="knot-nudges">
        {handle.movesX && <IconButton label={`Move earlier`} icon="left" onClick={() => props.onNudge('x', -1)} />}
        {handle.movesX && <IconButton label={`Move later`} icon="right" onClick={() => props.onNudge('x', 1)} />}
        {handle.movesY && (
          <IconButton label={`Lower ${yAxis.noun}`} icon="down" onClick={() => props.onNudge('y', -1)} />
        )}
        {handle.movesY && <IconButton label={`Raise ${yAxis.noun}`} icon="up" onClick={() => props.onNudge('y', 1)} />}
        {handle.removable && <IconButton label="Remove knot" icon="trash" onClick={props.onRemove} />}
        <IconButton label="Close" icon="close" onClick={props.onClose} />
      </span>
    </div>
  );
}
