/** What can be done with an experiment, and with one of its runs. */
import { forkPoints } from '../../store/run/newRun';
import { useRuns, type Run } from '../../store/runs/runs';
import { idsOf, type RunSeries } from '../../store/runs/series';
import { toggleSolo } from '../../store/runs/visibility';
import { useApp } from '../appContext';
import { IconButton } from '../controls/IconButton';

interface SeriesActionsProps {
  readonly series: RunSeries;
  readonly isBaseline: boolean;
}

export function SeriesActions({ series, isBaseline }: SeriesActionsProps): React.JSX.Element {
  const { patchAll, remove, setBaseline } = useRuns.getState();
  const { name, visible } = series;
  return (
    <>
      <IconButton
        label={visible ? `Hide ${name}` : `Show ${name}`}
        icon={visible ? 'eye' : 'eyeOff'}
        pressed={visible}
        onClick={() => patchAll(idsOf(series), { visible: !visible })}
      />
      <IconButton label={`Show ${name} alone`} icon="solo" onClick={() => toggleSolo(series)} />
      <IconButton
        label={isBaseline ? 'No baseline' : `${name} as baseline`}
        icon="pin"
        pressed={isBaseline}
        onClick={() => setBaseline(isBaseline ? null : series.id)}
      />
      <IconButton label={`Delete ${name}`} icon="trash" onClick={() => remove(idsOf(series))} />
    </>
  );
}

/** Going on with a run that rests, and forking it where a copy is kept. */
export function RunActions({ run }: { readonly run: Run }): React.JSX.Element {
  const { training } = useApp();
  const active = useRuns((state) => state.activeId === run.id);
  return (
    <>
      {run.status.phase === 'paused' && !active && (
        <IconButton label={`Go on with ${run.name}`} icon="play" onClick={() => {
            training.adopt(run);
            training.train();
          }}
        />
      )}
      {forkPoints(run).map((point) => (
        <IconButton
          key={point.at}
          label={`Fork ${run.name} from rollout ${point.step}${point.at === 'half' ? ', half way' : ''}`}
          icon="fork"
          onClick={() => training.fork(run, point)}
        />
      ))}
    </>
  );
}
