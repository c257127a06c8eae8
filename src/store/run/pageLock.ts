/** One tab trains; a second one views until the first is closed. The lock also keeps a hidden tab from being frozen. */
import type { RunError } from '../../worker/protocol';

const NAME = 'nsr-playground-training';

interface LockListener {
  /** This tab trains: at once, or when the other one goes. */
  held(): void;
  /** Another tab trains; `error` says so. */
  other(error: RunError): void;
  /** Another tab has taken the lock from this one. */
  stolen(error: RunError): void;
}

export function holdPageLock(locks: LockManager | undefined, { held, other, stolen }: LockListener): void {
  if (!locks) return held();
  // Held until the page goes away, or somebody takes it.
  const hold = (): Promise<never> => {
    held();
    return new Promise<never>(() => undefined);
  };
  const lost = (): void => {
    stolen({
      kind: 'other-tab',
      message: 'Another tab has taken over the training: this one has stopped and only shows',
    });
    wait();
  };
  const wait = (): void => void locks.request(NAME, hold).catch(lost);
  void locks
    .request(NAME, { ifAvailable: true }, (lock) => {
      if (lock) return hold();
      other({ kind: 'other-tab', message: 'Another tab of the playground is open: it trains, this one only shows' });
      wait();
      return undefined;
    })
    .catch(lost);
}
