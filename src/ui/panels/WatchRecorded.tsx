/** Under an empty inspector: what a recorded run would show there. */
import { watchRecorded } from '../../store/run/watchRecorded';
import { useApp } from '../appContext';

export function WatchRecorded(): React.JSX.Element {
  const { catalogue } = useApp();
  return (
    <button
      type="button"
      className="button button-small"
      onClick={() => void watchRecorded(document.baseURI, catalogue)}
    >
      Watch a recorded run
    </button>
  );
}
