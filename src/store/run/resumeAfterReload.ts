/** "Reload and resume": a reload brings a fresh worker and a fresh device; a mark that lives as long as the tab says that the run is to go on then. */
import { useRuns } from '../runs/runs';

const MARK = 'nsr-resume';

type Marks = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function reloadAndResume(marks: Marks, reload: () => void): void {
  marks.setItem(MARK, '1');
  reload();
}

export const isResumeMarked = (marks: Marks): boolean => marks.getItem(MARK) !== null;

/** After a reload that was meant so: resumes the adopted run once there is a device. The mark stays until then. */
export function resumeIfMarked(marks: Marks, resume: () => void): void {
  if (!isResumeMarked(marks)) return;
  const look = (): boolean => {
    const { capability, unavailable } = useRuns.getState();
    if (capability) {
      marks.removeItem(MARK);
      resume();
    } else if (unavailable?.kind === 'no-adapter') {
      // Chrome takes WebGPU from a page whose GPU process died twice, until the person reloads it; a script's reload does not count.
      const message =
        'The browser gives no graphics device so soon after it was lost twice. Reload with the browser’s own button; the run then goes on by itself';
      useRuns.setState({ unavailable: { kind: 'device-lost', message } });
    }
    return capability !== null || unavailable !== null;
  };
  if (look()) return;
  const stop = useRuns.subscribe(() => {
    const { capability, unavailable } = useRuns.getState();
    if (!capability && !unavailable) return;
    stop();
    look();
  });
}
