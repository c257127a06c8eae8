/** A run's copies in the browser: generations in its folder (`trainer/checkpointFormat.ts`), with the rows of the same moment. What cannot be
 * stored is said once and stops nothing. */
import type { Snapshot } from '../../trainer/state';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers } from '../../trainer/checkpointFormat';
import { refusalOf } from '../../persist/refusal';
import type { RunFolders } from '../../persist/runFolders';
import type { RunIndex } from '../../persist/runIndex';
import { readOldCheckpoint } from './oldCheckpoint';
import { formatMeasured, readMeasured, type RunMoment } from './runMoment';

/** Storage of a larger model would crowd out everything else; such a run is not kept over a reload. */
const MOST_PARAMETERS = 20_000_000;

export interface Checkpoints {
  /** The newest whole copy of a run; null where there is none. */
  load(runId: string): Promise<RunMoment | null>;
  /** Keeps a moment as the run's next generation. Resolves also where it could not be stored; the older generations then stay. */
  keep(moment: RunMoment): Promise<void>;
}

export interface CheckpointPlaces {
  readonly folders: RunFolders;
  readonly index: RunIndex;
}

/** `say`: one line for people, when storing begins to fail and when it works again. */
export function createCheckpoints(
  runId: string,
  { folders, index }: CheckpointPlaces,
  say: (message: string) => void,
): Checkpoints {
  let keptStep: number | null = null;
  let failing = false;
  /** An earlier build's copy, if there was one, has made way. */
  let superseded = false;

  async function load(from: string): Promise<RunMoment | null> {
    const moment = (await loadGeneration(folders, from)) ?? readOldCheckpoint(await index.oldCheckpoint(from));
    if (moment && from === runId) keptStep = moment.snapshot.state.step;
    return moment;
  }

  async function keep(moment: RunMoment): Promise<void> {
    const { snapshot, experiment, measured, environment } = moment;
    try {
      if (sizeOf(snapshot) > MOST_PARAMETERS) throw new Error('its model is too large for the storage of a browser');
      await saveCheckpoint(folders.storage(runId), {
        snapshot,
        experiment,
        environment,
        score: measured.evaluations.at(-1)?.passAtK[0]?.mean ?? null,
        record: formatMeasured(measured),
      });
    } catch (error) {
      if (!failing) say(notStored(error, keptStep));
      failing = true;
      return;
    }
    if (!superseded) await index.removeOldCheckpoint(runId);
    superseded = true;
    keptStep = snapshot.state.step;
    if (failing) say('The run is stored in this browser again.');
    failing = false;
  }

  return { load, keep };
}

async function loadGeneration(folders: RunFolders, runId: string): Promise<RunMoment | null> {
  const storage = folders.storage(runId);
  try {
    await sweepLeftovers(storage);
  } catch {
    // A page that is just closing may hold a file: what is whole can be read all the same.
  }
  try {
    const loaded = await loadCheckpoint(storage);
    if (!loaded?.record) return null;
    const { snapshot, experiment, environment } = loaded;
    return { snapshot, experiment, environment, measured: readMeasured(loaded.record) };
  } catch {
    return null;
  }
}

function sizeOf({ policy, critic }: Snapshot): number {
  return [...policy.parameters, ...(critic?.parameters ?? [])].reduce((sum, { data }) => sum + data.length, 0);
}

function notStored(error: unknown, keptStep: number | null): string {
  const after = keptStep === null ? 'a reload loses it' : `a reload goes back to step ${keptStep}`;
  return `This run cannot be stored: ${refusalOf(error)}. Training goes on, but ${after}.`;
}
