import { useState } from 'react';
import { modelName, readModelId } from '../../experiment/modelId';
import { useModels } from '../../store/models/models';
import type { CachedModel } from '../../worker/hubProtocol';
import { useApp } from '../appContext';
import { sizeText } from './bytes';

interface CachedModelsProps {
  readonly chosen: string;
  readonly onUse: (id: string) => void;
}

/** What this browser keeps: whole models, and imports that stopped, which go on from there. */
export function CachedModels({ chosen, onUse }: CachedModelsProps): React.JSX.Element {
  const cached = useModels((state) => state.cached);
  return (
    <section aria-label="Models in this browser">
      <h2>In this browser</h2>
      {cached.length === 0 ? (
        <p className="muted">None yet. What is imported stays here until you delete it.</p>
      ) : (
        <ul className="models-cached">
          {cached.map((model) => (
            <CachedRow key={model.folder} model={model} chosen={model.id === chosen} onUse={onUse} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CachedRow({
  model,
  chosen,
  onUse,
}: {
  readonly model: CachedModel;
  readonly chosen: boolean;
  readonly onUse: (id: string) => void;
}): React.JSX.Element {
  const { models, experiments } = useApp();
  const idle = useModels((state) => state.phase === 'idle');
  const [asking, setAsking] = useState(false);
  const { id, folder, state, bytes, totalBytes, at } = model;
  const name = id === null ? folder : modelName(id);
  const hub = id === null ? null : readModelId(id);
  return (
    <li>
      <span className="models-name" title={id ?? folder}>
        {name}
      </span>
      <span className="muted numbers">
        {state === 'whole'
          ? sizeText(bytes)
          : `${sizeText(bytes)} of ${totalBytes === null ? '?' : sizeText(totalBytes)}, unfinished`}
        {at !== null && `, ${at.slice(0, 10)}`}
      </span>
      {state === 'whole' && id !== null && (
        <button type="button" className="button button-small" disabled={chosen} onClick={() => onUse(id)}>
          {chosen ? 'On the panel' : 'Train'}
        </button>
      )}
      {state === 'unfinished' && hub?.kind === 'hub' && hub.commit !== null && (
        <button
          type="button"
          className="button button-small"
          disabled={!idle}
          aria-label={`Go on with ${name}`}
          onClick={() => void goOn(hub.repo, hub.commit ?? 'main')}
        >
          Go on
        </button>
      )}
      {asking ? (
        <>
          <button
            type="button"
            className="button button-small"
            aria-label={`Really delete ${name}`}
            onClick={() => {
              setAsking(false);
              void models.remove(model);
            }}
          >
            Really delete
          </button>
          <button type="button" className="button button-small button-quiet" onClick={() => setAsking(false)}>
            Keep
          </button>
        </>
      ) : (
        <button
          type="button"
          className="button button-small button-quiet"
          disabled={!idle}
          aria-label={`Delete ${name}`}
          onClick={() => setAsking(true)}
        >
          Delete
        </button>
      )}
    </li>
  );

  async function goOn(repo: string, commit: string): Promise<void> {
    await models.plan(repo, commit, experiments.getState().experiment);
    const { plan } = useModels.getState();
    if (plan && (plan.memory?.refusal ?? null) === null) await models.start();
  }
}
