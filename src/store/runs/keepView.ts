/** How the runs are looked at, over a reload: which one is the baseline, and in which order they stand. A local preference, like the rest of the session. */
import { useSession } from '../session';
import { useRuns, type Run, type RunsData } from './runs';

/** `runs` in the order of `ids`; those that it does not name keep theirs, behind. */
export function inOrder(runs: readonly Run[], ids: readonly string[]): readonly Run[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  const placeOf = (run: Run): number => place.get(run.id) ?? ids.length;
  return [...runs].sort((a, b) => placeOf(a) - placeOf(b));
}

const orderOf = ({ runs }: RunsData): readonly string[] => runs.map((run) => run.id);

/** Puts the stored runs as they were left, and from then on notes how they stand. Call once, when they have been read. Returns how to stop. */
export function keepView(): () => void {
  const { baselineId, runOrder } = useSession.getState();
  useRuns.setState(({ runs }) => ({
    runs: inOrder(runs, runOrder),
    baselineId: runs.some((run) => run.id === baselineId) ? baselineId : null,
  }));
  return useRuns.subscribe((state, previous) => {
    if (state.baselineId !== previous.baselineId) useSession.getState().set({ baselineId: state.baselineId });
    const order = orderOf(state);
    const before = useSession.getState().runOrder;
    if (state.runs !== previous.runs && order.join() !== before.join()) useSession.getState().set({ runOrder: order });
  });
}
