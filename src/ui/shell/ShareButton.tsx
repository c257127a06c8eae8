/** Copies the link of the experiment as it stands. */
import { Suspense } from 'react';
import { Icon } from '../controls/Icon';
import { lazyPart } from '../controls/lazyPart';
import { Popover } from '../controls/Popover';

// Links, files and their readers are no part of the first load.
const SharePanel = lazyPart(() => import('../panels/SharePanel').then((file) => file.SharePanel));

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
      {/* As wide as what comes, so that it stays where it opened. */}
      <Suspense fallback={<div className="share-panel" />}>
        <SharePanel />
      </Suspense>
    </Popover>
  );
}
