/** Models from the hub or from a folder: what one takes, bringing it here, and those that are here. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { withModel } from '../../store/experiment/choices';
import { modelName } from '../../experiment/modelId';
import { useModels, withAdapter } from '../../store/models/models';
import { useApp } from '../appContext';
import { CachedModels } from './CachedModels';
import { CuratedModels } from './CuratedModels';
import { FolderDrop } from './FolderDrop';
import { HubForm } from './HubForm';
import { ImportProgress } from './ImportProgress';
import { PlanCard } from './PlanCard';
import './models.css';

export function ModelsPanel(): React.JSX.Element {
  const { models, experiments, catalogue } = useApp();
  const { phase, plan, problem, finished } = useModels();
  const chosen = useStore(experiments, (state) => state.experiment.model);
  useEffect(() => void models.refresh(), [models]);
  const use = (id: string): void => {
    const { experiment, replace, preset } = experiments.getState();
    replace(withAdapter(withModel(experiment, id, catalogue)), preset);
  };
  return (
    <div className="models">
      <HubForm />
      <div className="models-state">
        {problem !== null && (
          <p className="notice notice-stop" role="alert">
            {problem}.
          </p>
        )}
        {finished !== null && (
          <p className="notice notice-good" role="status">
            {modelName(finished)} is here.{' '}
            {chosen === finished ? (
              'The experiment trains it.'
            ) : (
              <button type="button" className="button button-small" onClick={() => use(finished)}>
                Train this model
              </button>
            )}
          </p>
        )}
        {phase !== 'idle' && <ImportProgress />}
        {phase === 'idle' && plan !== null && <PlanCard plan={plan} onUse={use} />}
        <CachedModels chosen={chosen} onUse={use} />
      </div>
      <div>
        <FolderDrop />
        <CuratedModels />
      </div>
    </div>
  );
}
