/** Runs side by side: what was different about them, what came out against the pinned baseline, what it cost, and a note. */
import { useState } from 'react';
import { changedFields, describeValue } from '../../store/fields';
import { useRuns, type Run } from '../../store/runs';
import { formatCount, formatSeconds, statusText } from '../../store/statusText';
import { isBusy } from '../../store/training';
import { useApp } from '../appContext';
import { RunSwatch } from '../charts/RunSwatch';
import { IconButton } from '../controls/IconButton';
import { SCROLLABLE } from './scrollable';

export function RunsPanel(): React.JSX.Element {
  const { runs, baselineId, deleted, undoRemove } = useRuns();
  if (runs.length === 0 && !deleted)
    return (
      <p className="empty">
        Every training run is listed here with what was different about it. Up to six are drawn at once.
      </p>
    );
  const baseline = runs.find((run) => run.id === baselineId) ?? null;
  return (
    <div className="runs">
      {deleted && (
        <p className="notice" role="status">
          {deleted.name} deleted.{' '}
          <button type="button" className="button button-small" onClick={undoRemove}>
            Undo
          </button>
        </p>
      )}
      <div className="sample-table" role="region" aria-label="Runs" tabIndex={SCROLLABLE}>
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Different</th>
              <th scope="col" className="number">
                pass@1
              </th>
              <th scope="col" className="number">
                largest k
              </th>
              <th scope="col" className="number">
                entropy
              </th>
              <th scope="col" className="number">
                distinct
              </th>
              <th scope="col">Cost</th>
              <th scope="col">Note</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunRow key={run.id} run={run} reference={baseline ?? runs[0] ?? run} baseline={baseline} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface RunRowProps {
  readonly run: Run;
  /** What the configuration is compared with. */
  readonly reference: Run;
  readonly baseline: Run | null;
}

function RunRow({ run, reference, baseline }: RunRowProps): React.JSX.Element {
  const { patch, remove, setBaseline } = useRuns.getState();
  const { training } = useApp();
  const canFork = run.origin === 'trained' && run.rows.length > 0 && !isBusy(run.status.phase);
  const isBaseline = run === baseline;
  const changes = run === reference ? [] : changedFields(reference.experiment, run.experiment);
  const value = (of: Run | null, read: (row: Run['evaluations'][number]) => number | undefined): number | undefined => {
    const row = of?.evaluations.at(-1);
    return row && read(row);
  };
  const cell = (
    read: (row: Run['evaluations'][number]) => number | undefined,
    asPercent: boolean,
  ): React.JSX.Element => (
    <Delta value={value(run, read)} against={isBaseline ? undefined : value(baseline, read)} asPercent={asPercent} />
  );
  return (
    <tr>
      <td>
        <span className="run-name">
          <RunSwatch slot={run.slot} /> <b>{run.name}</b> {isBaseline && <span className="tag">baseline</span>}
        </span>
        <span className="muted run-state">{statusText(run.status)}</span>
      </td>
      <td>
        <span className="chips">
          {changes.slice(0, 4).map((change) => (
            <span
              key={change.path}
              className="tag"
              title={`${change.label}: ${describeValue(change.before)} → ${describeValue(change.after)}`}
            >
              {change.label} {describeValue(change.after)}
            </span>
          ))}
          {changes.length > 4 && <span className="muted">+{changes.length - 4}</span>}
          {run.edits.length > 0 && <span className="tag">{run.edits.length} edits</span>}
        </span>
      </td>
      <td className="number">{cell((row) => row.passAtK[0]?.mean, true)}</td>
      <td className="number">{cell((row) => row.passAtK.at(-1)?.mean, true)}</td>
      <td className="number">{cell((row) => row.entropyNats, false)}</td>
      <td className="number">{cell((row) => row.distinctCorrect, false)}</td>
      <td className="muted run-cost">
        {run.status.tokensUsed > 0 && `${formatCount(run.status.tokensUsed)} tok`}
        {run.status.secondsUsed > 0 && `, ${formatSeconds(run.status.secondsUsed)}`}
      </td>
      <td>
        <NoteField run={run} />
      </td>
      <td className="row-actions">
        <IconButton
          label={run.visible ? `Hide ${run.name}` : `Show ${run.name}`}
          icon="eye"
          pressed={run.visible}
          onClick={() => patch(run.id, { visible: !run.visible })}
        />
        {canFork && (
          <IconButton label={`Fork ${run.name} from its last copy`} icon="fork" onClick={() => training.fork(run)} />
        )}
        <IconButton
          label={isBaseline ? 'No baseline' : `${run.name} as baseline`}
          icon="pin"
          pressed={isBaseline}
          onClick={() => setBaseline(isBaseline ? null : run.id)}
        />
        <IconButton label={`Delete ${run.name}`} icon="trash" onClick={() => remove(run.id)} />
      </td>
    </tr>
  );
}

function Delta({
  value,
  against,
  asPercent,
}: {
  readonly value: number | undefined;
  readonly against: number | undefined;
  readonly asPercent: boolean;
}): React.JSX.Element {
  if (value === undefined || !Number.isFinite(value)) return <span className="muted">–</span>;
  const words = asPercent ? `${(value * 100).toFixed(1)} %` : value.toFixed(3);
  if (against === undefined) return <span>{words}</span>;
  const difference = value - against;
  const sign = difference >= 0 ? '+' : '−';
  const size = asPercent ? (Math.abs(difference) * 100).toFixed(1) : Math.abs(difference).toFixed(3);
  return (
    <span>
      {words} <span className={difference >= 0 ? 'positive' : 'negative'}>{`${sign}${size}`}</span>
    </span>
  );
}

function NoteField({ run }: { readonly run: Run }): React.JSX.Element {
  const [text, setText] = useState(run.note);
  return (
    <input
      className="field-input note-input"
      aria-label={`Note on ${run.name}`}
      placeholder="note"
      maxLength={400}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => useRuns.getState().patch(run.id, { note: text })}
    />
  );
}
