import { modelName, readModelId } from '../../experiment/modelId';
import { useModels } from '../../store/models/models';
import type { ImportPlan } from '../../worker/hubProtocol';
import { useApp, useExperiment } from '../appContext';
import { sizeText } from './bytes';

/** What a model takes, before anything of its weights is fetched. What does not fit is refused with numbers. */
export function PlanCard({
  plan,
  onUse,
}: {
  readonly plan: ImportPlan;
  readonly onUse: (id: string) => void;
}): React.JSX.Element {
  const { models } = useApp();
  const rank = useExperiment((experiment) => experiment.adapter.rank);
  const { memory, roomBytes, bytes, cached } = plan;
  const noRoom = roomBytes !== null && roomBytes < bytes && !cached;
  const refusal = memory?.refusal ?? null;
  const isLocal = readModelId(plan.id)?.kind === 'local';
  return (
    <section className="card" aria-label="What it takes">
      <p>
        <b>{modelName(plan.id)}</b>
        {memory && `, ${(plan.parameters / 1e6).toFixed(plan.parameters < 1e8 ? 1 : 0)} M parameters`}
      </p>
      <dl className="models-plan">
        <dt>{isLocal ? 'Copy' : 'Download'}</dt>
        <dd>
          {cached ? 'none, it is here' : `${sizeText(bytes)} in ${plan.files} files`}
          {roomBytes !== null && !cached && `; this browser has room for ${sizeText(roomBytes)}`}
        </dd>
        {memory && (
          <>
            <dt>Memory</dt>
            <dd>
              {sizeText(memory.totalBytes)} for the experiment on the panel
              {rank === 0 && ', with an adapter of rank 16'}:{' '}
              {Object.entries(memory.roles)
                .filter(([, value]) => value >= 1e5)
                .sort(([, a], [, b]) => b - a)
                .map(([role, value]) => `${role} ${sizeText(value)}`)
                .join(', ')}
            </dd>
          </>
        )}
      </dl>
      {refusal !== null && (
        <p className="notice notice-stop" role="alert">
          Not on this machine: {refusal}.{' '}
          {memory?.smaller
            ? `What fits: ${memory.smaller.name}, ${sizeText(memory.smaller.totalBytes)}.`
            : 'No smaller setting fits either.'}
        </p>
      )}
      {noRoom && (
        <p className="notice notice-stop" role="alert">
          {sizeText(bytes - roomBytes)} of storage are missing. Delete a model below, or free the disk.
        </p>
      )}
      <div className="button-row">
        {cached ? (
          <button type="button" className="button button-primary" onClick={() => onUse(plan.id)}>
            Train this model
          </button>
        ) : (
          <button
            type="button"
            className="button button-primary"
            disabled={refusal !== null || noRoom}
            onClick={() => void models.start()}
          >
            {isLocal ? 'Copy' : 'Download'} {sizeText(bytes)}
          </button>
        )}
        <button type="button" className="button" onClick={() => useModels.setState({ plan: null })}>
          Dismiss
        </button>
      </div>
    </section>
  );
}
