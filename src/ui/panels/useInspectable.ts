import { snapshotAt, useReplay } from '../../store/run/replayState';

/** Whether the token view can be had for this answer: of a recording only a few answers were looked into. */
export function useInspectable(): (sample: number) => boolean {
  const recorded = useReplay((state) => state.recorded);
  const playhead = useReplay((state) => state.position);
  if (!recorded) return () => true;
  const kept = new Set(snapshotAt(recorded, playhead)?.tokens.map((token) => token.sample));
  return (sample) => kept.has(sample);
}
