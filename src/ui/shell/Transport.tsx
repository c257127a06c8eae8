/** Train, pause, step, restart, and the state of the run in words with its progress. */
import { useShallow } from 'zustand/react/shallow';
import { useRuns } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { planText, statusProgress, statusText } from '../../store/run/statusText';
import { isBusy, isUnderWay } from '../../store/run/phases';
import { useApp } from '../appContext';
import { Icon } from '../controls/Icon';

export function Transport(): React.JSX.Element {
  const { training } = useApp();
  const { status, unavailable } = useRuns(
    useShallow((state) => ({
      status: state.runs.find((run) => run.id === state.activeId)?.status ?? null,
      unavailable: state.unavailable,
    })),
  );
  const seeds = useSession((state) => state.seeds);
  const busy = status !== null && isBusy(status.phase);
  const paused = status?.phase === 'paused';
  return (
    <div className="transport" role="group" aria-label="Training">
      {busy ? (
        <button type="button" className="button button-primary transport-main" onClick={training.pause}>
          <Icon name="pause" /> Pause
        </button>
      ) : (
        <button
          type="button"
          className="button button-primary transport-main"
          data-tour="train"
          disabled={unavailable !== null}
          onClick={training.train}
        >
          <Icon name="play" /> {paused ? 'Resume' : seeds > 1 ? `Train ${seeds} seeds` : 'Train'}
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={busy || unavailable !== null}
        onClick={training.step}
        title="One rollout step (.)"
      >
        <Icon name="step" /> <span className="transport-word">Step</span>
      </button>
      <button
        type="button"
        className="button"
        disabled={status === null}
        onClick={training.restart}
        title="Back to step 0 (R); the curves of this run stay"
      >
        <Icon name="restart" />{' '}
        <span className="transport-word">{status !== null && isUnderWay(status.phase) ? 'Restart' : 'Reset'}</span>
      </button>
      <StatusLine />
    </div>
  );
}

function StatusLine(): React.JSX.Element {
  const status = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status ?? null);
  const unavailable = useRuns((state) => state.unavailable);
  const plan = useRuns((state) => state.plan);
  // With several in the list it is not plain which one is meant: after turns it is the last of them.
  const name = useRuns((state) =>
    state.runs.some((run) => run.id !== state.activeId)
      ? (state.runs.find((run) => run.id === state.activeId)?.name ?? null)
      : null,
  );
  const text = unavailable ? 'Training is not possible here' : `${planText(plan)}${statusText(status, plan)}`;
  const progress = unavailable ? null : statusProgress(status, plan);
  return (
    <div className="status">
      <span className="status-line">
        {name !== null && (
          <b className="status-run" title={`The run ${name}`}>
            {name}
          </b>
        )}
        <span className={`status-text phase-${status?.phase ?? 'idle'}`} title={text} data-testid="status">
          {text}
        </span>
      </span>
      <progress className="status-bar" aria-label="Progress of the run" max={1} value={progress ?? 0} />
      <Announcer
        text={[...(name === null ? [] : [name]), status?.phase === 'rollout' ? 'Training' : text].join(': ')}
      />
    </div>
  );
}

/** Says changes of state to a screen reader, not every rollout. */
function Announcer({ text }: { readonly text: string }): React.JSX.Element {
  return (
    <span className="visually-hidden" role="status">
      {text}
    </span>
  );
}
