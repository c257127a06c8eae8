/**
 * Checkpoints as generations: shards under temporary names, flushed, then renamed, and the manifest with their
 * SHA-256 last. A generation exists from the moment its manifest does; a kill at any moment leaves the one before it untouched.
 *
 *   g000007.policy.safetensors   parameters by name, moments as `first/NAME` and `second/NAME`
 *   g000007.critic.safetensors   the same, for PPO
 *   g000007.record               what the shell keeps of the same moment, in its own form (the page: its rows)
 *   g000007.manifest             a line with the SHA-256 of the rest, then JSON
 */
import type { Experiment } from '../experiment/types';
import type { CheckpointStorage } from '../lib/checkpointStorage';
import { sha256Hex } from '../lib/sha256';
import {
  loadFile,
  loadShard,
  placeFile,
  saveFile,
  saveShard,
  temporaryPrefix,
  type Bytes,
  type FileEntry,
  type ShardEntry,
} from './checkpointFiles';
import { readTrainerState, type Snapshot, type TrainerState } from './state';

export interface CheckpointContent {
  readonly snapshot: Snapshot;
  /** With the edits recorded so far. */
  readonly experiment: Experiment;
  /** Adapter, build, kernel choices: what decides the bits beside the experiment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which generation is kept as the best one; null = never best. */
  readonly score: number | null;
  /** What the shell wants to find again with this moment; comes back byte for byte. */
  readonly record: Bytes | null;
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
  /** Left out by older builds. */
  readonly record?: FileEntry | null;
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
const filePattern = /^g(\d{6,})\.(policy\.safetensors|critic\.safetensors|record|manifest)$/;

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
  const prefix = prefixOf(generation);
  try {
    const policy = await saveShard(storage, `${prefix}.policy.safetensors`, snapshot.policy);
    const critic =
      snapshot.critic === null ? null : await saveShard(storage, `${prefix}.critic.safetensors`, snapshot.critic);
    const record = content.record === null ? null : await saveFile(storage, `${prefix}.record`, content.record);
    const manifest: CheckpointManifest = {
      version: 1,
      generation,
      state: snapshot.state,
      experiment,
      environment,
      score,
      policy,
      critic,
      record,
    };
    await placeFile(storage, manifestName(generation), await encodeManifest(manifest));
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
      const record = manifest.record ? await loadFile(storage, manifest.record) : null;
      const { experiment, environment, score } = manifest;
      return {
        generation,
        skipped,
        experiment,
        environment,
        score,
        record,
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

async function encodeManifest(manifest: CheckpointManifest): Promise<Bytes> {
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
