import type { Catalogue } from '../../experiment/catalogue';
import { useReplay } from './replayState';

/** Shows the recorded runs that come with the page, for somebody who has none of their own. What reads and
 * plays them loads with the first. */
export async function watchRecorded(base: string, catalogue: Catalogue): Promise<void> {
  const player = await import('./replay').catch(() => null);
  if (player) await player.openReplay(base, catalogue);
  else useReplay.setState({ problem: 'a part of this page did not load' });
}
