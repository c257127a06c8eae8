/** Link and files of the experiment. */
import { useClosePopover } from '../controls/Popover';

export function SharePanel(): React.JSX.Element {
  const close = useClosePopover();
  return (
    <div className="share-panel">
      <button type="button" className="button" onClick={close}>
        Close
      </button>
    </div>
  );
}
