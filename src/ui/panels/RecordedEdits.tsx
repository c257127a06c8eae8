/** Edits that the next run will replay: from a link, or from a run steered by hand. */
import { useStore } from 'zustand';
import { applyEdits } from '../../experiment/edits';
import { findField } from '../../experiment/fields';
import { describeValue } from '../../store/experiment/fields';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';

export function RecordedEdits(): React.JSX.Element | null {
  const { experiments } = useApp();
  const experiment = useStore(experiments, (state) => state.experiment);
  const running = useRuns((state) => state.activeId !== null);
  if (running || experiment.edits.length === 0) return null;
  const { replace, preset } = experiments.getState();
  return (
    <div className="notice">
      <p>
        <b>{experiment.edits.length === 1 ? 'One recorded edit' : `${experiment.edits.length} recorded edits`}</b>,
        replayed by the next run:
      </p>
      <ol className="edit-list">
        {experiment.edits.slice(0, 6).map((edit, index) => (
          <li key={`${edit.step}-${edit.path}-${index}`}>
            <span className="edit-number">{index + 1}</span> step {edit.step}:{' '}
            {findField(edit.path)?.label ?? edit.path} {describeValue(edit.value)}
          </li>
        ))}
      </ol>
      {experiment.edits.length > 6 && <p className="muted">and {experiment.edits.length - 6} more</p>}
      <div className="button-row">
        <button
          type="button"
          className="button button-small"
          onClick={() => replace({ ...applyEdits(experiment, Infinity), edits: [] }, preset)}
        >
          Use last values from the start
        </button>
        <button
          type="button"
          className="button button-small"
          onClick={() => replace({ ...experiment, edits: [] }, preset)}
        >
          Forget
        </button>
      </div>
    </div>
  );
}
