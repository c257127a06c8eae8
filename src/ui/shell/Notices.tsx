/** What must be known before or during training, above the charts: no WebGPU, slow mode, a stop with its reason, what a link brought. */
import { useLink } from '../../store/link';
import { useRuns } from '../../store/runs';
import { useApp } from '../appContext';
import { LinkBanner } from './LinkBanner';

export function Notices(): React.JSX.Element {
  const capability = useRuns((state) => state.capability);
  const unavailable = useRuns((state) => state.unavailable);
  const error = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status.error ?? null);
  const notice = useRuns((state) => state.notice);
  return (
    <div className="notices">
      <LinkBanner />
      {notice && (
        <p className="notice" role="status">
          {notice}
        </p>
      )}
      {unavailable?.kind === 'other-tab' && (
        <p className="notice" role="status">
          {unavailable.message}.
        </p>
      )}
      {unavailable && unavailable.kind !== 'other-tab' && <Unavailable message={unavailable.message} />}
      {capability?.software && <SlowMode />}
      {error && (
        <p className="notice notice-stop" role="alert">
          <b>Stopped.</b> {error.message}
        </p>
      )}
    </div>
  );
}

function Unavailable({ message }: { readonly message: string }): React.JSX.Element {
  return (
    <div className="notice notice-stop" role="status">
      <b>Training needs WebGPU, and it is not available here.</b> {message}. Chrome and Edge 113 or later have it on
      Windows, macOS, ChromeOS and Android, Safari from version 26, Firefox from 141 on Windows; on Linux, Chrome needs{' '}
      <code>--enable-unsafe-webgpu</code>. Everything else on this page works: curves, links, files and recorded runs.
    </div>
  );
}

function SlowMode(): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const quick = catalogue.presets.find((preset) => preset.group === 'quick');
  const running = useRuns((state) => state.activeId !== null);
  const fromLink = useLink((state) => state.opened !== null);
  if (running || fromLink) return null;
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
