/** Why a run stopped, and the one thing to do about it. */
import { reloadAndResume } from '../../store/run/resumeAfterReload';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';

export function StopNotice(): React.JSX.Element | null {
  const { training } = useApp();
  const status = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status ?? null);
  if (!status?.error) return null;
  const { kind, message } = status.error;
  return (
    <div className="notice notice-stop notice-row" role="alert">
      <p>
        <b>Stopped.</b> {message}.
      </p>
      {kind === 'device-lost' && <ReloadButton resumes />}
      {(kind === 'not-finite' || kind === 'out-of-memory') && (
        <button type="button" className="button button-small" onClick={training.goBack}>
          {status.copyStep > 0 ? `Go back to step ${status.copyStep}` : 'Go back to the start'}
        </button>
      )}
      {(kind === 'model' || kind === 'worker' || kind === 'no-adapter') && (
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            training.goBack();
            training.train();
          }}
        >
          Try again
        </button>
      )}
    </div>
  );
}

export function ReloadButton({ resumes }: { readonly resumes: boolean }): React.JSX.Element {
  return (
    <button
      type="button"
      className="button button-small"
      onClick={() => (resumes ? reloadAndResume(sessionStorage, () => location.reload()) : location.reload())}
    >
      {resumes ? 'Reload and resume' : 'Reload'}
    </button>
  );
}
