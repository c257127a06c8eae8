import { curatedModels } from '../../experiment/curatedModels';
import { useModels } from '../../store/models/models';
import { useApp } from '../appContext';

/** A line each; a press asks the hub for it. */
export function CuratedModels(): React.JSX.Element {
  const { models, experiments } = useApp();
  const idle = useModels((state) => state.phase === 'idle');
  return (
    <ul className="models-curated" aria-label="Models that work here">
      {curatedModels.map(({ repo, about, gigabytes, needs }) => (
        <li key={repo}>
          <button
            type="button"
            className="button button-small"
            disabled={!idle}
            onClick={() => void models.plan(repo, 'main', experiments.getState().experiment)}
          >
            {repo}
          </button>
          <span>
            {about} {gigabytes} GB{needs === '' ? '' : `; needs ${needs}`}.
          </span>
        </li>
      ))}
    </ul>
  );
}
