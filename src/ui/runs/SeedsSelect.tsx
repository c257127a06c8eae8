/** With how many seeds Train trains an experiment. */
import { MOST_SEEDS } from '../../store/runs/series';
import { useSession } from '../../store/session';

export function SeedsSelect({ id }: { readonly id?: string }): React.JSX.Element {
  const seeds = useSession((state) => state.seeds);
  const set = useSession((state) => state.set);
  return (
    <select
      id={id}
      className="field-input seeds-select"
      {...(id === undefined ? { 'aria-label': 'Seeds' } : {})}
      title="Each seed draws other prompts and answers; several are trained one after the other and drawn as their mean, from three on with a 95 % interval"
      value={seeds}
      onChange={(event) => set({ seeds: Number(event.target.value) })}
    >
      {Array.from({ length: MOST_SEEDS }, (_, index) => index + 1).map((count) => (
        <option key={count} value={count}>
          {count === 1 ? '1 seed' : `${count} seeds`}
        </option>
      ))}
    </select>
  );
}
