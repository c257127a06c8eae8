import { useModels } from '../../store/models/models';
import { useApp } from '../appContext';
import { sizeText, timeText } from './bytes';

/** Bytes, speed, time left, and Cancel; what was written stays. */
export function ImportProgress(): React.JSX.Element {
  const { models } = useApp();
  const { phase, progress, notice, plan, repo } = useModels();
  const what = plan?.name ?? repo;
  return (
    <section className="card" aria-label="Import under way">
      <p>
        <b>{phase === 'planning' ? `Checking ${what}` : `Importing ${what}`}</b>
      </p>
      {progress && (
        <>
          <progress aria-label="Bytes" value={progress.done} max={Math.max(1, progress.total)} />
          <p className="numbers">
            {sizeText(progress.done)} of {sizeText(progress.total)}
            {progress.bytesPerSecond > 0 && `, ${sizeText(progress.bytesPerSecond)}/s`}
            {progress.secondsLeft !== null && `, ${timeText(progress.secondsLeft)} left`}
          </p>
        </>
      )}
      {notice !== null && <p role="status">{notice}</p>}
      <button type="button" className="button button-small" onClick={models.cancel}>
        Cancel
      </button>
    </section>
  );
}
