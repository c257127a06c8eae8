/** Which k are drawn over time. */
import { MANY } from '../../store/results/chosenK';
import { useRuns } from '../../store/runs/runs';
import { useSession } from '../../store/session';

const fallback = [1, 8, 64] as const;

export function KChooser(): React.JSX.Element {
  const chosenK = useSession((state) => state.chosenK);
  const set = useSession((state) => state.set);
  const measured = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.evaluations[0]?.passAtK);
  const largest = measured?.at(-1)?.k;
  const offered =
    largest === undefined
      ? fallback
      : [1, 8, MANY, largest].filter((k, index, all) => k <= largest && all.indexOf(k) === index);
  const capped = (k: number): number => Math.min(k, largest ?? Infinity);
  const isChosen = (k: number): boolean => chosenK.some((chosen) => capped(chosen) === k);
  return (
    <span className="k-chooser" role="group" aria-label="Shown k">
      {offered.map((k) => (
        <button
          key={k}
          type="button"
          className="button button-small"
          aria-pressed={isChosen(k)}
          aria-label={`pass@${k}`}
          onClick={() =>
            set({
              chosenK: isChosen(k)
                ? chosenK.filter((other) => capped(other) !== k)
                : [...chosenK, k].sort((a, b) => a - b),
            })
          }
        >
          @{k}
        </button>
      ))}
    </span>
  );
}
