/**
 * A recorded run played back. What it replays as has the shapes of worker/protocol.ts's frames; share may not import those,
 * so that they are written out here and held against them in the test. Apart from the reader of its file, which the page
 * loads only when the gallery is opened.
 */
import type { ExperimentEdit } from '../experiment/types';
import type { GalleryEvaluation, GalleryRow, GalleryRun, GallerySnapshot, GalleryTokenReport } from './galleryFile';

/** One frame per rollout step, then the last evaluations, as a live worker would have sent them. */
export interface GalleryFrame {
  readonly type: 'frame';
  readonly runId: string;
  readonly rows: readonly GalleryRow[];
  readonly evaluations: readonly GalleryEvaluation[];
  readonly edits: readonly ExperimentEdit[];
  readonly samples: GallerySnapshot['samples'] | null;
  readonly histogram: GallerySnapshot['histogram'] | null;
}

export function galleryFrames(run: GalleryRun, runId: string): GalleryFrame[] {
  const { rows, evaluations, snapshots } = run;
  const { edits } = run.experiment;
  const empty = { type: 'frame', runId, rows: [], edits: [], samples: null, histogram: null } as const;
  const frames = rows.map((one): GalleryFrame => {
    const seen = snapshots.find(({ step }) => step === one.step);
    return {
      ...empty,
      rows: [one],
      // An evaluation stands before the update of its step.
      evaluations: evaluations.filter(({ step }) => step === one.step),
      edits: edits.filter(({ step }) => step === one.step),
      samples: seen?.samples ?? null,
      histogram: seen?.histogram ?? null,
    };
  });
  const last = rows.at(-1)?.step ?? -1;
  return [...frames, { ...empty, evaluations: evaluations.filter(({ step }) => step > last) }];
}

/** The recorded answer of the token inspector, or null where none was kept. */
export function galleryTokenReport(
  run: GalleryRun,
  question: { readonly step: number; readonly sample: number; readonly position: number },
): GalleryTokenReport | null {
  const seen = run.snapshots.find(({ step }) => step === question.step);
  return (
    seen?.tokens.find(({ sample: index, position }) => index === question.sample && position === question.position) ??
    null
  );
}
