/** What must be known before or during training, above the charts: no WebGPU, slow mode, a stop with its reason, what a link brought. */
import { Suspense } from 'react';
import { useLink } from '../../store/link/link';
import { useReplay } from '../../store/run/replayState';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { lazyPart } from '../controls/lazyPart';
import { StopNotice } from './StopNotice';
import { Unavailable } from './Unavailable';
import { UnkeptNotice } from './UnkeptNotice';

// Most visits begin without a link, and end without a recorded run.
const LinkBanner = lazyPart(() => import('./LinkBanner').then((file) => file.LinkBanner));
const ReplayBar = lazyPart(() => import('./ReplayBar').then((file) => file.ReplayBar));

export function Notices(): React.JSX.Element {
  const capability = useRuns((state) => state.capability);
  const unavailable = useRuns((state) => state.unavailable);
  const notice = useRuns((state) => state.notice);
  const linked = useLink((state) => state.opened !== null || state.problem !== null);
  const promised = useRuns((state) => state.runs.some((run) => run.id === state.activeId && run.promised !== null));
  const replay = useReplay((state) => state.recorded !== null || state.problem !== null);
  return (
    <div className="notices">
      {(linked || promised) && (
        <Suspense fallback={null}>
          <LinkBanner />
        </Suspense>
      )}
      {notice && (
        <p className="notice" role="status">
          {notice}
        </p>
      )}
      {unavailable && <Unavailable error={unavailable} />}
      {capability?.software && <SlowMode />}
      {replay && (
        <Suspense fallback={null}>
          <ReplayBar />
        </Suspense>
      )}
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
