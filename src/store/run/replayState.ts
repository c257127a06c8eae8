/** Which recorded run is on the page and how far it has played. What reads and plays recordings (`replay.ts`) loads apart from it. */
import { create } from 'zustand';
import type { GalleryEntry, GalleryRun, GallerySnapshot } from '../../share/galleryFile';

interface ReplayState {
  readonly entries: readonly GalleryEntry[];
  /** File of the recorded run under the playhead, and the run; null when the gallery is closed. */
  readonly file: string | null;
  readonly recorded: GalleryRun | null;
  /** Rollouts shown so far, 0 to the run's steps. */
  readonly position: number;
  readonly playing: boolean;
  /** Why a recording could not be shown; null when all is well. */
  readonly problem: string | null;
}

export const useReplay = create<ReplayState>()(() => ({
  entries: [],
  file: null,
  recorded: null,
  position: 0,
  playing: false,
  problem: null,
}));

/** The newest snapshot that the playhead has passed; the first one before that. */
export function snapshotAt(recorded: GalleryRun, position: number): GallerySnapshot | null {
  return recorded.snapshots.findLast(({ step }) => step < position) ?? recorded.snapshots[0] ?? null;
}
