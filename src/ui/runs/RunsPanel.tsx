/** Runs side by side: one line per experiment with its seeds folded in, what was different, what came out against the pinned baseline, what it
 * cost, and a note. Loaded on demand. */
import { useRuns } from '../../store/runs/runs';
import { seriesOf } from '../../store/runs/series';
import { useSession } from '../../store/session';
import { ComparePanel } from './ComparePanel';
import { CopyResult } from './CopyResult';
import { ExportAll } from './ExportAll';
import { RunsTable } from './RunsTable';
import { SeedsSelect } from './SeedsSelect';
import './runs.css';

export function RunsPanel(): React.JSX.Element {
  const runs = useRuns((state) => state.runs);
  const unavailable = useRuns((state) => state.unavailable !== null);
  const comparing = useSession((state) => state.comparing);
  const seeds = useSession((state) => state.seeds);
  const set = useSession((state) => state.set);
  const all = seriesOf(runs);
  return (
    <div className="runs">
      <div className="runs-bar">
        <button
          type="button"
          className="button button-small"
          aria-expanded={comparing}
          disabled={unavailable}
          onClick={() => set({ comparing: !comparing })}
        >
          Compare methods
        </button>
        {!comparing && <SeedsSelect seeds={seeds} onChange={(next) => set({ seeds: next })} />}
        <span className="spacer" />
        <CopyResult />
        <ExportAll />
      </div>
      <DeletedNotice />
      {comparing && <ComparePanel onStart={() => set({ comparing: false })} />}
      {all.length === 0 ? (
        <p className="empty">
          Every training run is listed here with what was different about it. Up to six are drawn at once.
        </p>
      ) : (
        <RunsTable all={all} />
      )}
    </div>
  );
}

function DeletedNotice(): React.JSX.Element | null {
  const deleted = useRuns((state) => state.deleted);
  const undoRemove = useRuns((state) => state.undoRemove);
  const [first, ...others] = deleted?.runs ?? [];
  if (!first) return null;
  return (
    <p className="notice runs-deleted" role="status">
      {first.name}
      {others.length > 0 && ` with its ${others.length + 1} seeds`} deleted.
      {/* The button that deleted is gone: without a focus of its own the page would lose the keyboard. */}
      <button key={first.id} type="button" className="button button-small" ref={takeFocus} onClick={undoRemove}>
        Undo
      </button>
    </p>
  );
}

/** Only when nothing else has it: a click elsewhere is not disturbed. */
function takeFocus(button: HTMLButtonElement | null): void {
  if (document.activeElement === document.body) button?.focus();
}
