/** What must be known before or during training, above the charts: no WebGPU, slow mode, a stop with its reason, what a link brought. */
import { useLink } from '../../store/link/link';
import { useReplay } from '../../store/run/replay';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { LinkBanner } from './LinkBanner';
import { ReplayBar } from './ReplayBar';
import { StopNotice } from './StopNotice';
import { Unavailable } from './Unavailable';
import { UnkeptNotice } from './UnkeptNotice';

export function Notices(): React.JSX.Element {
  const capability = useRuns((state) => state.capability);
  const unavailable = useRuns((state) => state.unavailable);
  const notice = useRuns((state) => state.notice);
  return (
    <div className="notices">
      <LinkBanner />
      {notice && (
        <p className="notice" role="status">
          {notice}
        </p>
      )}
      {unavailable && <Unavailable error={unavailable} />}
      {capability?.software && <SlowMode />}
      <ReplayBar />
      <UnkeptNotice />
      {!unavailable && <StopNotice />}
    </div>
  );
}

function SlowMode(): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const quick = catalogue.presets.find((preset) => preset.group === 'quick');
  const running = useRuns((state) => state.activeId !== null);
  const fromLink = useLink((state) => state.opened !== null);
  const replaying = useReplay((state) => state.recorded !== null);
  if (running || fromLink || replaying) return null;
  return (
    <div className="notice notice-row" role="status">
      <p>
        <b>Slow mode.</b> WebGPU runs on the CPU here, much slower than on a graphics card.
      </p>
      {quick && (
        <button
          type="button"
          className="button button-small"
          onClick={() => experiments.getState().replace(quick.experiment, quick.id)}
        >
          Take the quick preset
        </button>
      )}
    </div>
  );
}
