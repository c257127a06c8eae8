/** Legend of the runs (click shows and hides, double-click shows one alone) and how all charts are drawn. */
import { referenceOf, whyNotCompared } from '../../store/results/comparable';
import { watchRecorded } from '../../store/run/watchRecorded';
import { useRuns } from '../../store/runs/runs';
import { idsOf, legendSeries, seriesOf } from '../../store/runs/series';
import { toggleSolo } from '../../store/runs/visibility';
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
  const patchAll = useRuns((state) => state.patchAll);
  const unavailable = useRuns((state) => state.unavailable !== null);
  const { catalogue } = useApp();
  const { xUnit, logX, logY, smoothing, set } = useSession();
  const activeId = useRuns((state) => state.activeId);
  const baselineId = useRuns((state) => state.baselineId);
  const legend = legendSeries(runs);
  const reference = referenceOf(
    legend.filter(({ visible }) => visible),
    { activeId, baselineId },
  );
  const entries = legend.map((series) => ({
    series,
    apart: reference && whyNotCompared(series.first.experiment, reference.first.experiment),
  }));
  const elsewhere = seriesOf(runs).length - legend.length;
  return (
    <div className="chart-toolbar">
      <ul className="run-legend" aria-label="Runs">
        {entries.map(({ series, apart }, index) => (
          <li key={series.id}>
            <button
              type="button"
              className={`chip run-chip ${apart === null ? '' : 'run-apart'}`}
              aria-pressed={series.visible}
              title={`${series.visible ? 'Hide' : 'Show'} ${series.name} (${index + 1}); double-click or Shift ${index + 1} shows it alone${apart === null ? '' : `. Not compared with ${reference?.name ?? ''}: ${apart}`}`}
              onClick={() => patchAll(idsOf(series), { visible: !series.visible })}
              onDoubleClick={() => toggleSolo(series)}
            >
              <RunSwatch slot={series.slot} apart={apart !== null} /> {series.name}
              {series.runs.length > 1 && <span className="run-seeds">× {series.runs.length}</span>}
              {apart !== null && <span className="run-seeds">{apart}</span>}
            </button>
          </li>
        ))}
        {elsewhere > 0 && (
          <li>
            <button
              type="button"
              className="chip"
              onClick={() => set({ drawerTab: 'runs', drawerOpen: true, phoneTab: 'samples' })}
            >
              {elsewhere} more
            </button>
          </li>
        )}
        {runs.length === 0 && (
          <li className="muted legend-hint">
            {unavailable ? 'Nothing can be trained here.' : 'Press Train, or'}{' '}
            <button
              type="button"
              className="button button-small"
              onClick={() => void watchRecorded(document.baseURI, catalogue)}
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
