/** One tab trains; a second one views until the first is closed. The lock also keeps a hidden tab from being frozen. */
import { useRuns } from '../runs/runs';

const NAME = 'nsr-playground-training';

/** Calls `start` once this tab holds the lock: at once, or when the other tab goes. */
export function holdPageLock(locks: LockManager | undefined, start: () => void): void {
  if (!locks) return start();
  // Held until the page goes away.
  const hold = (): Promise<never> => {
    start();
    return new Promise<never>(() => undefined);
  };
  void locks.request(NAME, { ifAvailable: true }, (lock) => {
    if (lock) return hold();
    useRuns.setState({
      unavailable: {
        kind: 'other-tab',
        message: 'Another tab of the playground is open: it trains, this one only shows',
      },
    });
    void locks.request(NAME, () => {
      useRuns.setState({ unavailable: null });
      return hold();
    });
    return undefined;
  });
}
