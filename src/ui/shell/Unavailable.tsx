/** Why nothing can be trained here, and what would help. */
import type { RunError } from '../../worker/protocol';
import { useRuns } from '../../store/runs/runs';
import { ReloadButton } from './StopNotice';

const restWorks =
  'Everything else on this page works: curves, links, files, and the recorded run below with its answers and tokens.';

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export function Unavailable({ error }: { readonly error: RunError }): React.JSX.Element {
  const cutOff = useRuns((state) => state.activeId !== null);
  switch (error.kind) {
    case 'other-tab':
      return (
        <p className="notice" role="status">
          {error.message}.
        </p>
      );
    case 'no-webgpu':
    case 'no-adapter':
      return (
        <div className="notice notice-stop" role="status">
          <b>Training needs WebGPU, and it is not available here.</b> {sentence(error.message)}. {restWorks}
          <details>
            <summary>Which browsers have WebGPU</summary>
            Chrome and Edge from version 113 on Windows, macOS and ChromeOS, 121 on Android, 144 on Linux with some
            graphics cards (on other Linux machines start Chrome with <code>--enable-unsafe-webgpu</code>); Safari from
            26; Firefox from 141 on Windows and 145 on Macs with Apple silicon.
          </details>
        </div>
      );
    case 'insecure':
      return (
        <div className="notice notice-stop" role="status">
          <b>Training needs WebGPU, and this address does not get it:</b> {error.message}. Open the page from an https
          address, or on the machine that serves it from <code>http://localhost</code>. {restWorks}
        </div>
      );
    default:
      return (
        <div className="notice notice-stop notice-row" role="alert">
          <p>
            <b>Training is not possible now.</b> {error.message}.
          </p>
          {error.kind !== 'device-lost' && <ReloadButton resumes={cutOff} />}
        </div>
      );
  }
}
