/** The recorded run under the playhead: which one, play and pause, the rollout it shows, what to look at. */
import { closeReplay, openReplay, pauseReplay, playReplay, seekReplay } from '../../store/run/replay';
import { snapshotAt, useReplay } from '../../store/run/replayState';
import { useApp } from '../appContext';
import { Icon } from '../controls/Icon';

export function ReplayBar(): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const { entries, file, recorded, position, playing, problem } = useReplay();
  if (!recorded) {
    return problem === null ? null : (
      <p className="notice notice-stop" role="alert">
        No recorded run: {problem}.
      </p>
    );
  }
  const steps = recorded.rows.length;
  const snapshot = snapshotAt(recorded, position);
  const takeSettings = (): void => {
    const preset = catalogue.presets.find((entry) => entry.id === recorded.experiment.objective.name);
    experiments.getState().replace(recorded.experiment, preset?.id ?? experiments.getState().preset);
  };
  return (
    <section className="notice replay" aria-label="Recorded run">
      <div className="replay-row">
        <button
          type="button"
          className="button button-small button-primary"
          onClick={playing ? pauseReplay : playReplay}
        >
          <Icon name={playing ? 'pause' : 'play'} size={12} /> {playing ? 'Pause replay' : 'Replay'}
        </button>
        <label className="replay-choice">
          <span className="visually-hidden">Recorded run</span>
          <select
            className="field-input"
            value={file ?? ''}
            onChange={(event) => void openReplay(document.baseURI, catalogue, event.target.value)}
          >
            {entries.map((entry) => (
              <option key={entry.file} value={entry.file}>
                {entry.name}
              </option>
            ))}
          </select>
        </label>
        <input
          className="replay-slider"
          type="range"
          min={0}
          max={steps}
          step={1}
          value={position}
          aria-label="Rollouts shown"
          aria-valuetext={`${position} of ${steps} rollouts`}
          onChange={(event) => {
            pauseReplay();
            seekReplay(event.target.valueAsNumber);
          }}
        />
        <span className="replay-count" data-testid="replay-position">
          {position}/{steps}
        </span>
        <button
          type="button"
          className="button button-small"
          onClick={takeSettings}
          title="Puts the settings of this run on the panel"
        >
          Use settings
        </button>
        <button
          type="button"
          className="icon-button icon-button-small"
          aria-label="Close the recorded run"
          onClick={closeReplay}
        >
          <Icon name="close" size={12} />
        </button>
      </div>
      <p title={`Recorded on ${recorded.adapter}`}>
        <b>Recorded, not trained here.</b> {recorded.note}
        {snapshot && ` Answers and tokens: of rollout ${snapshot.step + 1}.`}
      </p>
      {problem !== null && <p role="alert">{problem}.</p>}
    </section>
  );
}
