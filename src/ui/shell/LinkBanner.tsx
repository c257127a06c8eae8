/** What a link brought: how it differs from its preset, what it would take, and Run. Nothing starts by itself. */
import { useEffect } from 'react';
import { describeValue } from '../../store/fields';
import { linkChanges, useLink } from '../../store/link';
import { runFromResult, verdictOf } from '../../store/results';
import { freeSlot, useRuns } from '../../store/runs';
import { useApp } from '../appContext';

export function LinkBanner(): React.JSX.Element | null {
  const { catalogue, training } = useApp();
  const { opened, problem } = useLink();
  const started = useRuns((state) => state.activeId !== null);
  const unavailable = useRuns((state) => state.unavailable !== null);
  const active = useRuns((state) => state.runs.find((run) => run.id === state.activeId) ?? null);

  useEffect(() => {
    if (!opened?.result) return;
    const { add, runs } = useRuns.getState();
    if (!runs.some((run) => run.id === 'link'))
      add(runFromResult(opened.result, opened.experiment, 'link', freeSlot(runs)));
  }, [opened]);

  const dismiss = (): void => useLink.setState({ opened: null, problem: null });
  if (problem) {
    return (
      <p className="notice notice-stop" role="alert">
        {problem}. The default experiment is shown.
        <button type="button" className="button button-small" onClick={dismiss}>
          Dismiss
        </button>
      </p>
    );
  }
  const verdict = active ? verdictOf(active) : null;
  if (verdict) {
    return (
      <p className={`notice ${verdict.reproduced ? 'notice-good' : ''}`} role="status">
        {verdict.words}.
      </p>
    );
  }
  if (!opened || started) return null;
  const { experiment, preset } = opened;
  const changes = linkChanges(opened, catalogue);
  const start = catalogue.presets.find((entry) => entry.id === preset);
  const shipped = catalogue.models.some((model) => model.id === experiment.model);
  return (
    <div className="notice link-banner" role="status">
      <p>
        <b>Opened from a link:</b> {start?.label ?? preset}
        {changes.length === 0 && experiment.edits.length === 0 && ', unchanged'}
        {changes.length > 0 && `, ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}
        {experiment.edits.length > 0 &&
          `, ${experiment.edits.length} recorded ${experiment.edits.length === 1 ? 'edit' : 'edits'}`}
        . Nothing has been started.{' '}
        {shipped ? 'Its model comes with the page, under 2 MB.' : 'Size of its model: unknown.'}
      </p>
      {changes.length > 0 && (
        <ul className="chips">
          {changes.slice(0, 8).map((change) => (
            <li key={change.path} className="tag">
              {change.label}: {describeValue(change.before)} → {describeValue(change.after)}
            </li>
          ))}
          {changes.length > 8 && <li className="tag">and {changes.length - 8} more</li>}
        </ul>
      )}
      <div className="button-row">
        <button
          type="button"
          className="button button-small button-primary"
          disabled={unavailable}
          onClick={training.train}
        >
          Run
        </button>
        <button type="button" className="button button-small" onClick={dismiss}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
