/** Which series are drawn: by legend, table and keyboard alike. */
import { SLOTS, useRuns } from './runs';
import { idsOf, seriesOf, type RunSeries } from './series';

/** What was drawn before one was shown alone. */
let before: readonly string[] = [];

/** Shows a series alone; the second time what was drawn before comes back, or, when that is unknown, the latest six. */
export function toggleSolo(series: RunSeries): void {
  const { runs, showOnly } = useRuns.getState();
  const all = seriesOf(runs);
  const drawn = all.filter(({ visible }) => visible);
  if (drawn.length !== 1 || drawn[0]?.id !== series.id) {
    before = drawn.map(({ id }) => id);
    return showOnly(idsOf(series));
  }
  const back = all.filter(({ id }) => before.includes(id) || id === series.id);
  showOnly((back.length > 1 ? back : all.slice(-SLOTS)).flatMap(idsOf));
}
