/** What a killed process does in the tests of kills: it saves one generation after the other until it dies, and a fresh one looks what is left. */
import { defaultExperiment } from '../experiment/parseExperiment';
import type { CheckpointStorage } from '../lib/checkpointStorage';
import type { PolicyCheckpoint } from '../model/policy';
import { loadCheckpoint, saveCheckpoint, sweepLeftovers, type CheckpointContent } from './checkpointFormat';
import { initialState } from './state';

/** Floats per tensor: a save writes six of them, 6 MB, so that most of its time goes into writing. */
const size = 262_144;

/** Content that tells in every part which step it is of. */
function contentAt(step: number): CheckpointContent {
  const tensors = [{ name: 'weights', shape: [size], data: new Float32Array(size).fill(step) }];
  const model = { optimizerStep: step, parameters: tensors, firstMoments: tensors, secondMoments: tensors };
  return {
    snapshot: { state: { ...initialState, step }, policy: model, critic: model },
    experiment: defaultExperiment,
    environment: {},
    score: null,
    record: new TextEncoder().encode(String(step)),
  };
}

/** Saves step after step; `saved` is called when one is safe. */
export async function saveForever(storage: CheckpointStorage, saved: (step: number) => void): Promise<never> {
  await sweepLeftovers(storage);
  const first = ((await loadCheckpoint(storage))?.snapshot.state.step ?? 0) + 1;
  for (let step = first; ; step++) {
    await saveCheckpoint(storage, contentAt(step));
    saved(step);
  }
}

export interface Found {
  readonly step: number;
  /** Why newer generations were passed over. */
  readonly skipped: readonly string[];
  /** Whether policy, critic, moments, state and record are all of that step. */
  readonly consistent: boolean;
  /** Files of a save that did not end. */
  readonly leftovers: number;
}

/** The generation that a fresh start finds; step 0 where there is none. */
export async function findSaved(storage: CheckpointStorage): Promise<Found> {
  const names = await storage.list();
  const manifests = new Set(names.flatMap((name) => (name.endsWith('.manifest') ? [name.slice(0, 7)] : [])));
  const leftovers = names.filter((name) => !manifests.has(name.slice(0, 7))).length;
  const loaded = await loadCheckpoint(storage);
  if (!loaded) return { step: 0, skipped: [], consistent: true, leftovers };
  const { snapshot, record, skipped } = loaded;
  const { step } = snapshot.state;
  const isOf = (model: PolicyCheckpoint | null): boolean =>
    model !== null &&
    model.optimizerStep === step &&
    [model.parameters, model.firstMoments, model.secondMoments].every(
      ([tensor]) => tensor?.data.length === size && tensor.data.every((value) => value === step),
    );
  const consistent =
    isOf(snapshot.policy) && isOf(snapshot.critic) && new TextDecoder().decode(record ?? undefined) === String(step);
  return { step, skipped: skipped.map(({ reason }) => reason), consistent, leftovers };
}
