/** tabIndex of a region that scrolls: the keyboard must be able to reach it (axe: scrollable-region-focusable). */
export const SCROLLABLE = 0;
