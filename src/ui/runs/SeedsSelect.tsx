/** With how many seeds an experiment is trained. */
import { MOST_SEEDS } from '../../store/runs/series';

interface SeedsSelectProps {
  readonly id?: string;
  readonly seeds: number;
  readonly onChange: (seeds: number) => void;
}

export function SeedsSelect({ id, seeds, onChange }: SeedsSelectProps): React.JSX.Element {
  return (
    <select
      id={id}
      className="field-input seeds-select"
      {...(id === undefined ? { 'aria-label': 'Seeds' } : {})}
      title="Each seed draws other prompts and answers; several are trained one after the other and drawn as their mean, from three on with a 95 % interval"
      value={seeds}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {Array.from({ length: MOST_SEEDS }, (_, index) => index + 1).map((count) => (
        <option key={count} value={count}>
          {count === 1 ? '1 seed' : `${count} seeds`}
        </option>
      ))}
    </select>
  );
}
