/** One experiment in the table; its seeds unfold beneath it. */
import { useState } from 'react';
import { changedFields, describeValue } from '../../store/experiment/fields';
import { useRuns, type Run } from '../../store/runs/runs';
import type { RunSeries } from '../../store/runs/series';
import { formatCount, formatSeconds, statusText } from '../../store/run/statusText';
import { isUnderWay } from '../../store/run/phases';
import { summarise, type SeriesSummary } from '../../store/results/summary';
import { RunSwatch } from '../charts/RunSwatch';
import { Icon } from '../controls/Icon';
import { MeasureCell } from './MeasureCell';
import { RunActions, SeriesActions } from './RowActions';

interface RunRowProps {
  readonly summary: SeriesSummary;
  /** What the configuration is compared with. */
  readonly reference: RunSeries;
  readonly isBaseline: boolean;
}

export function RunRow({ summary, reference, isBaseline }: RunRowProps): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const { series } = summary;
  const several = series.runs.length > 1;
  return (
    <>
      <tr className={isBaseline ? 'baseline-row' : undefined}>
        <th scope="row" className="run-cell">
          <span className="run-name">
            <RunSwatch slot={series.slot} /> <b>{series.name}</b> {isBaseline && <span className="tag">baseline</span>}
          </span>
          {several ? (
            <button
              type="button"
              className="seeds-toggle"
              aria-expanded={open}
              aria-label={`Seeds of ${series.name}`}
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? 'down' : 'right'} size={10} /> {seedsText(series)}
            </button>
          ) : (
            <span className="muted run-state" title={statusText(series.first.status)}>
              {statusText(series.first.status)}
            </span>
          )}
          <Differences series={series} reference={reference} />
          <NoteField run={series.first} name={series.name} />
        </th>
        <Measures summary={summary} />
        <td className="row-actions">
          <span>
            <SeriesActions series={series} isBaseline={isBaseline} />
            {!several && <RunActions run={series.first} />}
          </span>
        </td>
      </tr>
      {open && several && series.runs.map((run) => <SeedRow key={run.id} run={run} series={series} />)}
    </>
  );
}

function seedsText({ runs }: RunSeries): string {
  const ended = runs.filter((run) => run.status.phase === 'finished').length;
  const growing = runs.find((run) => isUnderWay(run.status.phase));
  const first = `${runs.length} seeds`;
  if (!growing) return ended === runs.length ? `${first}, all finished` : `${first}, ${ended} finished`;
  return `${first}, seed ${growing.experiment.seed} at ${growing.status.step}/${growing.status.totalSteps}`;
}

function SeedRow({ run, series }: { readonly run: Run; readonly series: RunSeries }): React.JSX.Element {
  const alone = summarise({ ...series, id: run.id, runs: [run], first: run }, null);
  return (
    <tr className="seed-row">
      <th scope="row" className="run-cell">
        <span className="seed-name">seed {run.experiment.seed}</span>
        <span className="muted run-state" title={statusText(run.status)}>
          {statusText(run.status)}
        </span>
      </th>
      <Measures summary={alone} />
      <td className="row-actions">
        <span>
          <RunActions run={run} />
        </span>
      </td>
    </tr>
  );
}

function Measures({ summary }: { readonly summary: SeriesSummary }): React.JSX.Element {
  const { seeds, manyK, tokens, seconds } = summary;
  return (
    <>
      <MeasureCell label="pass@1" measure={summary.passAtOne} digits="percent" seeds={seeds} />
      <MeasureCell label={`pass@${manyK ?? 'k'}`} measure={summary.passAtMany} digits="percent" seeds={seeds} />
      <MeasureCell label="entropy" measure={summary.entropyNats} digits={3} seeds={seeds} />
      <MeasureCell label="distinct" measure={summary.distinctCorrect} digits={2} seeds={seeds} />
      <td className="number muted" data-label="tokens">
        {tokens > 0 ? formatCount(tokens) : '–'}
      </td>
      <td className="number muted" data-label="time">
        {seconds > 0 ? formatSeconds(seconds) : '–'}
      </td>
    </>
  );
}

const MOST_CHIPS = 4;

function Differences({
  series,
  reference,
}: {
  readonly series: RunSeries;
  readonly reference: RunSeries;
}): React.JSX.Element {
  const { experiment, edits, origin } = series.first;
  // Its settings are not in its metrics.
  if (origin === 'foreign')
    return (
      <span className="chips">
        <span className="tag">metrics of {experiment.objective.name}</span>
      </span>
    );
  const changes = series.id === reference.id ? [] : changedFields(reference.first.experiment, experiment);
  const rest = changes.slice(MOST_CHIPS);
  const words = (change: (typeof changes)[number]): string =>
    `${change.label}: ${describeValue(change.before)} → ${describeValue(change.after)}`;
  return (
    <span className="chips">
      {changes.slice(0, MOST_CHIPS).map((change) => (
        <span key={change.path} className="tag" title={words(change)}>
          {change.label} {describeValue(change.after)}
        </span>
      ))}
      {rest.length > 0 && (
        <span className="tag" title={rest.map(words).join('\n')}>
          +{rest.length} more
        </span>
      )}
      {edits.length > 0 && (
        <span className="tag">
          {edits.length} {edits.length === 1 ? 'edit' : 'edits'}
        </span>
      )}
    </span>
  );
}

function NoteField({ run, name }: { readonly run: Run; readonly name: string }): React.JSX.Element {
  const [text, setText] = useState(run.note);
  return (
    <input
      className="field-input note-input"
      aria-label={`Note on ${name}`}
      placeholder="add a note"
      maxLength={400}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => useRuns.getState().patch(run.id, { note: text })}
    />
  );
}
