/** Copies the link of the experiment as it stands. */
import { lazy, Suspense } from 'react';
import { Icon } from '../controls/Icon';
import { Popover } from '../controls/Popover';

// Links, files and their readers are no part of the first load.
const SharePanel = lazy(() => import('../panels/SharePanel').then((file) => ({ default: file.SharePanel })));

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
