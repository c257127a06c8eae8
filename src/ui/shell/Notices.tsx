/** What must be known before or during training, above the charts: no WebGPU, slow mode, a stop with its reason, what a link brought. */
import { useLink } from '../../store/link';
import { useReplay } from '../../store/replay';
import { useRuns } from '../../store/runs';
import { useApp } from '../appContext';
import { LinkBanner } from './LinkBanner';
import { ReplayBar } from './ReplayBar';

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
      <ReplayBar />
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
      <b>Training needs WebGPU, and it is not available here.</b> {sentence(message)}. Everything else on this page
      works: curves, links, files, and the recorded run below with its answers and tokens.
      <details>
        <summary>Which browsers have WebGPU</summary>
        Chrome and Edge from version 113 on Windows, macOS and ChromeOS, 121 on Android, 144 on Linux with some graphics
        cards (on other Linux machines start Chrome with <code>--enable-unsafe-webgpu</code>); Safari from 26; Firefox
        from 141 on Windows and 145 on Macs with Apple silicon.
      </details>
    </div>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

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
