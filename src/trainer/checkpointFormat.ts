/**
 * Checkpoints as generations (robustness.md): shards under temporary names, flushed, then renamed, and the manifest with their
 * SHA-256 last. A generation exists from the moment its manifest does; a kill at any moment leaves the one before it untouched.
 *
 *   g000007.policy.safetensors   parameters by name, moments as `first/NAME` and `second/NAME`
 *   g000007.critic.safetensors   the same, for PPO
 *   g000007.manifest             a line with the SHA-256 of the rest, then JSON
 */
import type { Experiment } from '../experiment/types';
import { sha256Hex } from '../lib/sha256';
import type { ParameterTensor, PolicyCheckpoint } from '../model/policy';
import { readSafetensorsHeader, readTensor, writeSafetensors } from '../model/safetensors';
import type { CheckpointStorage } from './checkpointStorage';
import { readTrainerState, type Snapshot, type TrainerState } from './state';

export interface CheckpointContent {
  readonly snapshot: Snapshot;
  /** With the edits recorded so far. */
  readonly experiment: Experiment;
  /** Adapter, build, kernel choices: what decides the bits beside the experiment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which generation is kept as the best one; null = never best. */
  readonly score: number | null;
}

interface ShardEntry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly optimizerStep: number;
}

export interface CheckpointManifest {
  readonly version: 1;
  readonly generation: number;
  readonly state: TrainerState;
  readonly experiment: Experiment;
  readonly environment: Readonly<Record<string, string>>;
  readonly score: number | null;
  readonly policy: ShardEntry;
  readonly critic: ShardEntry | null;
}

export interface SkippedGeneration {
  readonly generation: number;
  readonly reason: string;
}

export interface LoadedCheckpoint extends CheckpointContent {
  readonly generation: number;
  /** Newer generations that could not be used, and why. */
  readonly skipped: readonly SkippedGeneration[];
}

/** Newest generations kept; the best one stays beside them. */
const keptGenerations = 2;
const temporaryPrefix = 'tmp.';
const filePattern = /^g(\d{6,})\.(policy\.safetensors|critic\.safetensors|manifest)$/;

const prefixOf = (generation: number) => `g${String(generation).padStart(6, '0')}`;
const manifestName = (generation: number) => `${prefixOf(generation)}.manifest`;

function generationOf(name: string): number | null {
  const match = filePattern.exec(name);
  return match === null ? null : Number(match[1]);
}

/** Writes the next generation and removes those no longer kept. Rejects, leaving the older generations as they were, when the storage does. */
export async function saveCheckpoint(storage: CheckpointStorage, content: CheckpointContent): Promise<number> {
  const names = await storage.list();
  const generation = 1 + Math.max(0, ...names.map((name) => generationOf(name) ?? 0));
  const { snapshot, experiment, environment, score } = content;
  try {
    const policy = await saveShard(storage, `${prefixOf(generation)}.policy.safetensors`, snapshot.policy);
    const critic =
      snapshot.critic === null
        ? null
        : await saveShard(storage, `${prefixOf(generation)}.critic.safetensors`, snapshot.critic);
    const manifest: CheckpointManifest = {
      version: 1,
      generation,
      state: snapshot.state,
      experiment,
      environment,
      score,
      policy,
      critic,
    };
    await place(storage, manifestName(generation), await encodeManifest(manifest));
  } catch (error) {
    await sweepLeftovers(storage).catch(() => {
      // The storage is failing as it is; the next start sweeps.
    });
    throw error;
  }
  await removeOld(storage);
  return generation;
}

/** The newest generation that is whole, or null where there is none. Damaged ones are passed over and named. */
export async function loadCheckpoint(storage: CheckpointStorage): Promise<LoadedCheckpoint | null> {
  const skipped: SkippedGeneration[] = [];
  for (const generation of await manifestGenerations(storage)) {
    try {
      const manifest = await readManifest(storage, generation);
      const policy = await loadShard(storage, manifest.policy);
      const critic = manifest.critic === null ? null : await loadShard(storage, manifest.critic);
      const { experiment, environment, score } = manifest;
      return {
        generation,
        skipped,
        experiment,
        environment,
        score,
        snapshot: { state: readTrainerState(manifest.state), policy, critic },
      };
    } catch (error) {
      skipped.push({ generation, reason: error instanceof Error ? error.message : 'unreadable' });
    }
  }
  return null;
}

/** Removes what a killed save left: temporary files and shards without a manifest. Call it at start, while nothing is being saved. */
export async function sweepLeftovers(storage: CheckpointStorage): Promise<void> {
  const whole = new Set(await manifestGenerations(storage));
  for (const name of await storage.list()) {
    const generation = generationOf(name);
    if (name.startsWith(temporaryPrefix) || (generation !== null && !whole.has(generation))) await storage.remove(name);
  }
}

/** Newest first. */
async function manifestGenerations(storage: CheckpointStorage): Promise<number[]> {
  const names = await storage.list();
  return names.flatMap((name) => (name.endsWith('.manifest') ? (generationOf(name) ?? []) : [])).sort((a, b) => b - a);
}

async function place(storage: CheckpointStorage, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await storage.write(temporaryPrefix + name, bytes);
  await storage.rename(temporaryPrefix + name, name);
}

const renamed = (tensors: readonly ParameterTensor[], prefix: string) =>
  tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));

async function saveShard(storage: CheckpointStorage, name: string, checkpoint: PolicyCheckpoint): Promise<ShardEntry> {
  const { optimizerStep, parameters, firstMoments, secondMoments } = checkpoint;
  const bytes = writeSafetensors([
    ...parameters,
    ...renamed(firstMoments, 'first/'),
    ...renamed(secondMoments, 'second/'),
  ]);
  await place(storage, name, bytes);
  return { name, bytes: bytes.length, sha256: await sha256Hex(bytes), optimizerStep };
}

async function loadShard(storage: CheckpointStorage, entry: ShardEntry): Promise<PolicyCheckpoint> {
  const bytes = await storage.read(entry.name);
  if (bytes === null) throw new Error(`${entry.name} is missing`);
  if (bytes.length !== entry.bytes)
    throw new Error(`${entry.name} has ${bytes.length} bytes instead of ${entry.bytes}`);
  if ((await sha256Hex(bytes)) !== entry.sha256) throw new Error(`${entry.name} was changed: its SHA-256 differs`);
  const header = readSafetensorsHeader(bytes, entry.name);
  const names = [...header.tensors.keys()];
  const tensors = (prefix: string): ParameterTensor[] =>
    names.flatMap((name) => {
      if (prefix === '' ? /^(first|second)\//.test(name) : !name.startsWith(prefix)) return [];
      const shape = header.tensors.get(name)?.shape ?? [];
      return [{ name: name.slice(prefix.length), shape, data: readTensor(bytes, header, name, entry.name) }];
    });
  return {
    optimizerStep: entry.optimizerStep,
    parameters: tensors(''),
    firstMoments: tensors('first/'),
    secondMoments: tensors('second/'),
  };
}

async function encodeManifest(manifest: CheckpointManifest): Promise<Uint8Array<ArrayBuffer>> {
  const body = new TextEncoder().encode(JSON.stringify(manifest));
  return new TextEncoder().encode(`${await sha256Hex(body)}\n${new TextDecoder().decode(body)}`);
}

async function readManifest(storage: CheckpointStorage, generation: number): Promise<CheckpointManifest> {
  const name = manifestName(generation);
  const text = new TextDecoder().decode((await storage.read(name)) ?? new Uint8Array());
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end < 0 || (await sha256Hex(new TextEncoder().encode(body))) !== text.slice(0, end))
    throw new Error(`${name} was changed: its SHA-256 differs`);
  const manifest = JSON.parse(body) as CheckpointManifest;
  if (manifest.version !== 1) throw new Error(`${name} has version ${String(manifest.version)}; this build reads 1`);
  return manifest;
}

async function removeOld(storage: CheckpointStorage): Promise<void> {
  const generations = await manifestGenerations(storage);
  const kept = new Set(generations.slice(0, keptGenerations));
  const best = await bestGeneration(storage, generations);
  if (best !== null) kept.add(best);
  for (const generation of generations) {
    if (kept.has(generation)) continue;
    // The manifest first: from then on the generation does not exist, and its shards are leftovers.
    await storage.remove(manifestName(generation));
  }
  await sweepLeftovers(storage);
}

async function bestGeneration(storage: CheckpointStorage, generations: readonly number[]): Promise<number | null> {
  let best: { generation: number; score: number } | null = null;
  for (const generation of generations) {
    const manifest = await readManifest(storage, generation).catch(() => null);
    const score = manifest?.score ?? null;
    if (score !== null && (best === null || score > best.score)) best = { generation, score };
  }
  return best?.generation ?? null;
}
