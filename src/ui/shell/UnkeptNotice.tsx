/** That runs are not kept over a reload, why, and the way to keep one all the same. */
import { useRuns } from '../../store/runs/runs';
import { saveRun } from '../runs/saveRun';

export function UnkeptNotice(): React.JSX.Element | null {
  const unkept = useRuns((state) => state.unkept);
  const run = useRuns((state) => state.runs.find(({ id }) => id === state.activeId) ?? null);
  if (unkept === null) return null;
  return (
    <div className="notice notice-stop notice-row" role="status">
      <p>
        <b>Runs are not kept:</b> {unkept}. Training goes on, but a reload loses what is not saved.
      </p>
      {run && run.rows.length > 0 && (
        <button type="button" className="button button-small" onClick={() => saveRun(run)}>
          Save run
        </button>
      )}
    </div>
  );
}
