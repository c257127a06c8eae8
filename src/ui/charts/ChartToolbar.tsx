/** Legend of the runs (click shows and hides, double-click shows one alone) and how all charts are drawn. */
import { openReplay } from '../../store/replay';
import { useRuns } from '../../store/runs';
import { useSession, type XUnit } from '../../store/session';
import { useApp } from '../appContext';
import { RunSwatch } from './RunSwatch';

const units: readonly { readonly unit: XUnit; readonly label: string }[] = [
  { unit: 'step', label: 'rollout' },
  { unit: 'tokens', label: 'tokens' },
  { unit: 'seconds', label: 'time' },
];

export function ChartToolbar(): React.JSX.Element {
  const runs = useRuns((state) => state.runs);
  const patch = useRuns((state) => state.patch);
  const unavailable = useRuns((state) => state.unavailable !== null);
  const { catalogue } = useApp();
  const { xUnit, logX, logY, smoothing, set } = useSession();
  const solo = (id: string): void => {
    for (const run of runs) patch(run.id, { visible: run.id === id });
  };
  return (
    <div className="chart-toolbar">
      <ul className="run-legend" aria-label="Runs">
        {runs.map((run, index) => (
          <li key={run.id}>
            <button
              type="button"
              className="chip run-chip"
              aria-pressed={run.visible}
              title={`${run.visible ? 'Hide' : 'Show'} ${run.name}${index < 9 ? ` (${index + 1})` : ''}; double-click shows it alone`}
              onClick={() => patch(run.id, { visible: !run.visible })}
              onDoubleClick={() => solo(run.id)}
            >
              <RunSwatch slot={run.slot} /> {run.name}
            </button>
          </li>
        ))}
        {runs.length === 0 && (
          <li className="muted legend-hint">
            {unavailable ? 'Nothing can be trained here.' : 'Press Train, or'}{' '}
            <button
              type="button"
              className="button button-small"
              onClick={() => void openReplay(document.baseURI, catalogue)}
            >
              Watch a recorded run
            </button>
          </li>
        )}
      </ul>
      <span className="spacer" />
      <label className="toolbar-field">
        x{' '}
        <select
          className="field-input"
          value={xUnit}
          onChange={(event) => set({ xUnit: units.find(({ unit }) => unit === event.target.value)?.unit ?? 'step' })}
        >
          {units.map(({ unit, label }) => (
            <option key={unit} value={unit}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="toolbar-field">
        smooth{' '}
        <input
          type="range"
          min={0}
          max={0.95}
          step={0.05}
          value={smoothing}
          onChange={(event) => set({ smoothing: event.target.valueAsNumber })}
        />
      </label>
      <span className="toolbar-pair" role="group" aria-label="Log axes">
        <button type="button" className="button button-small" aria-pressed={logX} onClick={() => set({ logX: !logX })}>
          log x
        </button>
        <button type="button" className="button button-small" aria-pressed={logY} onClick={() => set({ logY: !logY })}>
          log y
        </button>
      </span>
    </div>
  );
}
