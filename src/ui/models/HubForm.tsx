import { useId } from 'react';
import { isRepo, isRevision } from '../../experiment/modelId';
import { useModels } from '../../store/models/models';
import { useApp } from '../appContext';

/** Which model of the hub, at which revision. Nothing is asked before Check is pressed. */
export function HubForm(): React.JSX.Element {
  const { models, experiments } = useApp();
  const { repo, revision, memoryBytes, phase } = useModels();
  const id = useId();
  const ready = isRepo(repo) && isRevision(revision) && phase === 'idle';
  return (
    <form
      className="models-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void models.plan(repo, revision, experiments.getState().experiment);
      }}
    >
      <h2>From the hub</h2>
      <label htmlFor={`${id}-repo`}>Model</label>
      <input
        id={`${id}-repo`}
        className="field-input"
        type="text"
        placeholder="organisation/name"
        spellCheck={false}
        autoComplete="off"
        value={repo}
        aria-invalid={repo !== '' && !isRepo(repo)}
        onChange={(event) => useModels.setState({ repo: event.target.value.trim() })}
      />
      <label htmlFor={`${id}-revision`}>Revision</label>
      <input
        id={`${id}-revision`}
        className="field-input"
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={revision}
        aria-invalid={!isRevision(revision)}
        onChange={(event) => useModels.setState({ revision: event.target.value.trim() })}
      />
      <label htmlFor={`${id}-memory`}>Graphics memory, GB</label>
      <input
        id={`${id}-memory`}
        className="field-input"
        type="number"
        min={0.5}
        max={1024}
        step={0.5}
        placeholder="unknown"
        aria-describedby={`${id}-note`}
        value={memoryBytes === null ? '' : memoryBytes / 1e9}
        onChange={(event) => {
          const value = event.target.valueAsNumber;
          useModels.setState({ memoryBytes: Number.isFinite(value) && value > 0 ? value * 1e9 : null });
        }}
      />
      <p id={`${id}-note`} className="muted models-note">
        Browsers do not tell it. Given here, a model that needs more than 65 % of it is refused.
      </p>
      <button type="submit" className="button button-primary" disabled={!ready}>
        Check
      </button>
    </form>
  );
}
