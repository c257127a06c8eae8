/** The table of runs: sortable, one line per experiment. */
import { Fragment } from 'react';
import { groupsOf, whyNotCompared } from '../../store/results/comparable';
import { useRuns } from '../../store/runs/runs';
import type { RunSeries } from '../../store/runs/series';
import { sortSummaries, summarise, type SortKey, type SortOrder } from '../../store/results/summary';
import { useSession } from '../../store/session';
import { Icon } from '../controls/Icon';
import { SCROLLABLE } from '../panels/scrollable';
import { RunRow } from './RunRow';

/** Numbers are first sorted with the largest on top. */
const columns: readonly { readonly key: SortKey; readonly title: string; readonly numeric: boolean }[] = [
  { key: 'passAtOne', title: 'pass@1', numeric: true },
  { key: 'passAtMany', title: 'many tries', numeric: true },
  { key: 'entropyNats', title: 'entropy', numeric: true },
  { key: 'distinctCorrect', title: 'distinct', numeric: true },
  { key: 'tokens', title: 'tokens', numeric: true },
  { key: 'seconds', title: 'time', numeric: true },
];

export function RunsTable({ all }: { readonly all: readonly RunSeries[] }): React.JSX.Element {
  const baselineId = useRuns((state) => state.baselineId);
  const order = useSession((state) => state.runSort);
  const setOrder = (runSort: SortOrder): void => useSession.getState().set({ runSort });
  const baseline = all.find(({ runs }) => runs.some((run) => run.id === baselineId)) ?? null;
  const summaries = sortSummaries(
    all.map((series) => summarise(series, baseline)),
    order,
  );
  // What cannot be compared stands apart; the baseline's first.
  const groups = groupsOf(baseline ? [baseline, ...all.filter((series) => series !== baseline)] : all);
  const notCompared = ({ first }: RunSeries): string => {
    const reason = baseline && whyNotCompared(first.experiment, baseline.first.experiment);
    return reason === null ? '' : `. Not compared with ${baseline?.name ?? ''}: ${reason}`;
  };
  const ks = new Set(summaries.flatMap(({ manyK }) => manyK ?? []));
  const titleOf = (title: string): string => (title === 'many tries' && ks.size === 1 ? `pass@${[...ks].join('')}` : title);

  const sortBy = (key: SortKey, numeric: boolean): void => {
    if (order.key !== key) return setOrder({ key, descending: numeric });
    // Third press: back to the order in which they were made.
    setOrder(order.descending === numeric ? { key, descending: !numeric } : { key: 'made', descending: false });
  };
  const heading = (key: SortKey, title: string, numeric: boolean): React.JSX.Element => (
    <th
      key={key}
      scope="col"
      className={numeric ? 'number' : undefined}
      aria-sort={order.key === key ? (order.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className="sort-button" onClick={() => sortBy(key, numeric)}>
        {title}
        {order.key === key && <Icon name={order.descending ? 'down' : 'up'} size={10} />}
      </button>
    </th>
  );

  return (
    <div className="sample-table runs-table" role="region" aria-label="Runs" tabIndex={SCROLLABLE}>
      <table>
        <thead>
          <tr>
            {heading('name', 'Run', false)}
            {columns.map(({ key, title, numeric }) => heading(key, titleOf(title), numeric))}
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ title, series }) => (
            <Fragment key={series[0]?.id}>
              {groups.length > 1 && (
                <tr className="group-row">
                  <th colSpan={columns.length + 2} scope="colgroup">
                    {title}
                    {series[0] && notCompared(series[0])}
                  </th>
                </tr>
              )}
              {summaries
                .filter((summary) => series.includes(summary.series))
                .map((summary) => (
                  <RunRow
                    key={summary.series.id}
                    summary={summary}
                    reference={
                      baseline && series.includes(baseline) ? baseline : (series[0] ?? summary.series)
                    }
                    isBaseline={summary.series === baseline}
                  />
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
