/** Copies the link of the experiment as it stands. */
import { Icon } from '../controls/Icon';
import { Popover } from '../controls/Popover';
import { SharePanel } from '../panels/SharePanel';

export function ShareButton(): React.JSX.Element {
  return (
    <Popover
      label="Share"
      buttonClass="button"
      button={
        <>
          <Icon name="share" /> <span className="wide-only">Share</span>
        </>
      }
    >
      <SharePanel />
    </Popover>
  );
}
