/** The link of the page: written 300 ms after a gesture, read at start and when the address changes. Reading starts nothing.
 * What packs and unpacks links loads with the first one: most visits begin without. */
import { create } from 'zustand';
import type { Catalogue } from '../../experiment/catalogue';
import { diffExperiment, sameValue } from '../../experiment/diff';
import { applyEdits } from '../../experiment/edits';
import { findField } from '../../experiment/fields';
import { parseExperiment } from '../../experiment/parseExperiment';
import type { Experiment } from '../../experiment/types';
import type * as linkCodec from '../../share/link';
import type { LinkContent, LinkSubject } from '../../share/link';
import { experimentOf, type FinishedRun } from '../../share/linkRun';
import type { ExperimentStore } from '../experiment/experiment';
import { changedFields, nearestPreset } from '../experiment/fields';
import { useRuns, type Run } from '../runs/runs';
import { allEdits } from '../runs/series';

const QUIET_MS = 300;

interface LinkState {
  /** What the link brought, until it is dismissed or something else is loaded. */
  readonly opened: LinkContent | null;
  /** Why the link could not be used. */
  readonly problem: string | null;
}

export const useLink = create<LinkState>()(() => ({ opened: null, problem: null }));

/** The experiment that a link should carry: the run as it was steered while the panel shows it, the panel itself otherwise. */
export function shareableExperiment(panel: Experiment, run: Run | null): Experiment {
  if (!run || run.rows.length === 0) return panel;
  const steered = { ...run.experiment, edits: allEdits(run) };
  const differing = diffExperiment(applyEdits(steered, run.status.step), { ...panel, edits: steered.edits });
  // A live field that was just moved is on its way to the trainer and will be recorded.
  const onItsWay =
    run.status.phase !== 'finished' && differing.every(({ path }) => findField(path)?.acts === 'next-rollout');
  return differing.length === 0 || onItsWay ? steered : { ...panel, edits: [] };
}

/** Whether a link is that of this very run: after a reload its own address is no news. */
export function isLinkOf(link: LinkContent, run: Run, catalogue: Catalogue): boolean {
  try {
    // A link names every parameter of its algorithm; a run may leave those at their defaults out.
    const experiment = parseExperiment({ ...run.experiment, edits: [] }, catalogue);
    return sameValue({ ...link.experiment, edits: [] }, experiment);
  } catch {
    return false;
  }
}

/** What a link of the page as it stands is made from: never a result, which is a run's. */
export function currentSubject(experiments: ExperimentStore): {
  readonly experiment: Experiment;
  readonly preset: string;
} {
  const { experiment, preset } = experiments.getState();
  const { runs, activeId } = useRuns.getState();
  const run = runs.find((candidate) => candidate.id === activeId) ?? null;
  return { experiment: shareableExperiment(experiment, run), preset };
}

const isFinished = (run: Run): run is Run & FinishedRun => run.status.phase === 'finished';

export interface ShareChoice {
  readonly subject: LinkSubject;
  /** The run whose curves can be carried; null before one has finished. */
  readonly finished: Run | null;
  /** The panel has moved on: the run's link is another one than the panel's. */
  readonly apart: boolean;
}

/** A link of the page's settings, or with curves one of the run that they belong to, whatever the panel shows by now. */
export function shareChoice(
  current: { readonly experiment: Experiment; readonly preset: string },
  run: Run | null,
  withCurves: boolean,
  catalogue: Catalogue,
): ShareChoice {
  if (!run || !isFinished(run) || run.evaluations.length === 0)
    return { subject: current, finished: null, apart: false };
  const apart = !sameValue(current.experiment, experimentOf(run));
  const preset = apart ? (nearestPreset(run.experiment, catalogue)?.id ?? current.preset) : current.preset;
  return { subject: withCurves ? { run, preset } : current, finished: run, apart };
}

/** The reader and writer of links. */
export const loadLinkCodec = (): Promise<typeof linkCodec> => import('../../share/link');

interface PageAddress {
  readHash(): string;
  replaceHash(hash: string): void;
}

/** Keeps the address in step with the experiment. Returns how to read the address once more (on `hashchange`); the promise is
 * kept when what it brought stands on the panel, at once where there is no link. */
export function syncLink(
  experiments: ExperimentStore,
  catalogue: Catalogue,
  address: PageAddress,
): { read(): Promise<void> } {
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = async (): Promise<void> => {
    const hash = address.readHash();
    if (hash === '' || hash === written) return;
    const codec = await loadLinkCodec().catch(() => null);
    if (codec === null)
      return useLink.setState({ opened: null, problem: 'A part of this page did not load: reload it' });
    const link = codec.decodeLink(hash, catalogue);
    if (link === null) return;
    if (!link.ok) return useLink.setState({ opened: null, problem: link.reason.message });
    useLink.setState({ opened: link.value, problem: null });
    experiments.getState().replace(link.value.experiment, link.value.preset);
    written = hash;
  };

  const write = async (): Promise<void> => {
    const { experiment, preset } = experiments.getState();
    const start = catalogue.presets.find((entry) => entry.id === preset);
    const untouched =
      address.readHash() === '' &&
      start !== undefined &&
      sameValue(start.experiment, experiment) &&
      experiments.temporal.getState().pastStates.length === 0;
    // The page as it first opens keeps its plain address.
    if (untouched) return;
    const codec = await loadLinkCodec().catch(() => null);
    if (codec === null) return;
    const hash = codec.encodeLink(currentSubject(experiments));
    if (hash === written) return;
    written = hash;
    address.replaceHash(hash);
  };

  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void write(), QUIET_MS);
  };
  experiments.subscribe(later);
  useRuns.subscribe((state, previous) => {
    const edits = (of: typeof state): unknown => of.runs.find((run) => run.id === of.activeId)?.edits;
    if (edits(state) !== edits(previous)) later();
  });
  return { read };
}

/** What differs from the preset that a link names, in words. */
export function linkChanges(
  { experiment, preset }: LinkContent,
  catalogue: Catalogue,
): ReturnType<typeof changedFields> {
  const start = catalogue.presets.find((entry) => entry.id === preset);
  return start ? changedFields(start.experiment, experiment) : [];
}
