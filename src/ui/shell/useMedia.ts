/** Whether a media query holds, kept up to date. */
import { useSyncExternalStore } from 'react';

/** Below this the setup rail lies over the page instead of beside it (layout.css has the same number). */
export const NARROW = '(max-width: 1000px)';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', notify);
      return () => media.removeEventListener('change', notify);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}
