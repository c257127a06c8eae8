/** Recorded runs that come with the page, played back as a live worker would have sent them: charts grow rollout by rollout,
 * and the inspectors show the snapshots that the recording keeps. At most one is played at a time; the others opened stay drawn. */
import type { Catalogue } from '../../experiment/catalogue';
import type { GalleryRun } from '../../share/galleryFile';
import { galleryFrames, galleryTokenReport, type GalleryFrame } from '../../share/galleryRun';
import type { TokenReport } from '../../records/tokenReport';
import { freeSlot, useRuns, type Run } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import { snapshotAt, useReplay } from './replayState';

/** A whole run plays in about this long, whatever its number of rollouts. */
const PLAY_MS = 12_000;
const TICK_MS = 120;

const idOf = (file: string): string => `gallery-${file}`;
const loaded = new Map<string, GalleryRun>();

/** Text of a file of the gallery; null when it is not there. */
async function textOf(base: string, path: string): Promise<string | null> {
  return fetch(new URL(`gallery/${path}`, base)).then(
    (response) => (response.ok ? response.text() : null),
    () => null,
  );
}

/** Not on the first route; null where it cannot be loaded. */
const galleryReader = () => import('../../share/galleryFile').catch(() => null);

async function load(base: string, catalogue: Catalogue, file: string): Promise<GalleryRun | string> {
  const known = loaded.get(file);
  if (known) return known;
  const text = await textOf(base, file);
  if (text === null) return `${file} could not be loaded`;
  const parsed = (await galleryReader())?.parseGalleryRun(text, catalogue);
  if (!parsed) return `${file} could not be loaded`;
  if (!parsed.ok) return `${file}: ${parsed.reason}`;
  loaded.set(file, parsed.value);
  return parsed.value;
}

function toRun(recorded: GalleryRun, file: string): Run {
  const { runs } = useRuns.getState();
  return {
    id: idOf(file),
    seriesId: idOf(file),
    name: recorded.name,
    slot: freeSlot(runs.filter((run) => run.visible)),
    visible: true,
    origin: 'gallery',
    experiment: recorded.experiment,
    edits: [],
    rows: [],
    evaluations: [],
    forces: [],
    status: idleStatus(recorded.rows.length),
    note: '',
    forkedFrom: null,
    adapter: recorded.adapter,
    startedAt: 0,
    promised: null,
  };
}

/** The recording's frames up to `position` rollouts, as one. The last evaluations belong to the end. */
function frameUpTo(recorded: GalleryRun, id: string, position: number): GalleryFrame {
  const all = galleryFrames(recorded, id);
  const frames = position >= recorded.rows.length ? all : all.slice(0, position);
  return {
    type: 'frame',
    runId: id,
    rows: frames.flatMap(({ rows }) => rows),
    evaluations: frames.flatMap(({ evaluations }) => evaluations),
    edits: frames.flatMap(({ edits }) => edits),
    samples: null,
    histogram: null,
  };
}

/** Draws a recorded run as it stood after `position` rollouts. */
function draw(recorded: GalleryRun, file: string, position: number): void {
  const runs = useRuns.getState();
  const id = idOf(file);
  const steps = recorded.rows.length;
  const { rows, evaluations, edits } = frameUpTo(recorded, id, position);
  const last = rows.at(-1);
  runs.patch(id, {
    rows,
    evaluations,
    edits,
    // Of a step whose rollout has ended.
    forces: recorded.forces.filter(({ step }) => step < position),
    status: {
      ...idleStatus(steps),
      phase: position >= steps ? 'finished' : 'paused',
      step: position,
      tokensUsed: last?.tokens ?? 0,
      secondsUsed: last?.seconds ?? 0,
    },
  });
}

/** What the inspectors show of the run under the playhead. A live run owns them: then nothing is touched. */
function showSnapshot(recorded: GalleryRun, position: number): void {
  if (useRuns.getState().activeId !== null) return;
  const snapshot = snapshotAt(recorded, position);
  if (!snapshot || useRuns.getState().samples === snapshot.samples) return;
  useRuns.setState({ samples: snapshot.samples, histogram: snapshot.histogram });
}

/** Puts a run where the charts take it for the one in front: at the end of the list. */
function bringToFront(run: Run): void {
  useRuns.setState(({ runs }) => ({ runs: [...runs.filter((other) => other.id !== run.id), run] }));
}

/** Opens a recorded run at its end; the list of recordings is read the first time. Without `file` the first two are opened,
 * the first one in front, so that there is something to compare. */
export async function openReplay(base: string, catalogue: Catalogue, file?: string): Promise<void> {
  if (useReplay.getState().entries.length === 0) {
    const index = (await galleryReader())?.parseGalleryIndex((await textOf(base, 'index.json')) ?? '[]');
    useReplay.setState({
      entries: index?.ok ? index.value : [],
      problem: index?.ok && index.value.length > 0 ? null : 'The list of recorded runs could not be read',
    });
  }
  const { entries } = useReplay.getState();
  const files = file === undefined ? entries.slice(0, 2).map((entry) => entry.file) : [file];
  // Last opened, in front.
  for (const name of [...files].reverse()) {
    const recorded = await load(base, catalogue, name);
    if (typeof recorded === 'string') {
      useReplay.setState({ problem: recorded });
      continue;
    }
    // A run that is under way by now keeps the page to itself.
    if (useRuns.getState().activeId !== null) return;
    const drawn = useRuns.getState().runs.find((run) => run.id === idOf(name));
    bringToFront(drawn ? { ...drawn, visible: true } : toRun(recorded, name));
    useReplay.setState({ file: name, recorded, playing: false, problem: null });
    seekReplay(recorded.rows.length);
  }
}

export function seekReplay(position: number): void {
  const { recorded, file } = useReplay.getState();
  if (!recorded || file === null) return;
  const shown = Math.min(Math.max(0, Math.round(position)), recorded.rows.length);
  useReplay.setState({ position: shown });
  draw(recorded, file, shown);
  showSnapshot(recorded, shown);
}

let timer: ReturnType<typeof setInterval> | undefined;

export function pauseReplay(): void {
  clearInterval(timer);
  timer = undefined;
  useReplay.setState({ playing: false });
}

/** Plays on from the playhead, from the start when it stands at the end. */
export function playReplay(): void {
  const { recorded, position } = useReplay.getState();
  if (!recorded) return;
  clearInterval(timer);
  const steps = recorded.rows.length;
  // In parts of a rollout: long runs take several per tick, short ones several ticks for one.
  let reached = position >= steps ? 0 : position;
  seekReplay(reached);
  useReplay.setState({ playing: true });
  timer = setInterval(() => {
    reached = Math.min(steps, reached + (steps * TICK_MS) / PLAY_MS);
    if (Math.floor(reached) !== useReplay.getState().position) seekReplay(Math.floor(reached));
    if (reached >= steps) pauseReplay();
  }, TICK_MS);
}

/** Takes the recorded runs off the page. */
export function closeReplay(): void {
  pauseReplay();
  useReplay.setState({ file: null, recorded: null, position: 0, problem: null });
  const { activeId, runs } = useRuns.getState();
  useRuns.setState({ runs: runs.filter((run) => run.origin !== 'gallery') });
  if (activeId === null) useRuns.setState({ samples: [], histogram: null });
}

/** The recorded answer of the token inspector at the playhead, or null where none was kept. */
export function recordedToken(sample: number, position: number): TokenReport | null {
  const { recorded, position: playhead } = useReplay.getState();
  const step = recorded && snapshotAt(recorded, playhead)?.step;
  return recorded && step !== undefined && step !== null
    ? galleryTokenReport(recorded, { step, sample, position })
    : null;
}

// A run of one's own takes the page over: the recording is drawn to its end, for comparison, and the bar goes.
useRuns.subscribe((state, previous) => {
  const { recorded, file } = useReplay.getState();
  if (state.activeId === null || previous.activeId !== null || !recorded || file === null) return;
  pauseReplay();
  draw(recorded, file, recorded.rows.length);
  useReplay.setState({ file: null, recorded: null, position: 0 });
});
