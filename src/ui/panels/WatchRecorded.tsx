/** Under an empty inspector: what a recorded run would show there. */
import { openReplay } from '../../store/run/replay';
import { useApp } from '../appContext';

export function WatchRecorded(): React.JSX.Element {
  const { catalogue } = useApp();
  return (
    <button type="button" className="button button-small" onClick={() => void openReplay(document.baseURI, catalogue)}>
      Watch a recorded run
    </button>
  );
}
