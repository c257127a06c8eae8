import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { formatModelId, isRepo } from '../../experiment/modelId';
import type { Experiment } from '../../experiment/types';
import { formatBytes } from '../../gpu/buffers';
import { NoAdapterError, openDevice } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { openHubModel } from '../../hub/hubSource';
import type { ImportSource } from '../../hub/importSource';
import { importModel, totalBytes } from '../../hub/importModel';
import { cacheFolder, deleteEntry, isCached, listCache, type CacheEntry } from '../../hub/modelCache';
import { createPace } from '../../hub/pace';
import { checkModelFolder, type FolderHead } from '../../model/folder';
import { experimentMemory, type Room } from '../../trainer/experimentMemory';
import type { Arguments } from '../arguments';
import type { Command, CommandContext } from '../command';
import { readExperiment } from '../experimentOption';
import { folderSource, systemMemoryBudget } from '../files';
import { lockFolder, unlockFolder } from '../folderLock';
import { hubWorld, modelsFolder, modelTree, nodeSha256 } from '../modelCache';

const TELL_EVERY_MS = 2_000;

export const command: Command = {
  summary: 'a model of the hub onto this disk, or what is there: --list, --delete',
  interruptible: true,
  options: {
    model: { value: 'ORG/NAME[@REV]|DIR', help: 'what to fetch; a folder is checked and stays where it is' },
    revision: { value: 'REV', help: 'branch, tag or commit (main)' },
    experiment: {
      value: 'FILE|PRESET|URL',
      help: 'what it is to train: its memory is planned before anything is fetched',
    },
    list: { help: 'the models on this disk' },
    delete: { value: 'ID', help: 'removes one of them, or what an import that stopped has left' },
  },
  async run(args, context) {
    if (args.flag('list')) return list();
    if (args.has('delete')) return remove(args.text('delete'));
    const model = args.text('model');
    if (statSync(model, { throwIfNoEntry: false })?.isDirectory() === true) return checkFolder(model, args, context);
    return pull(model, args, context);
  },
};

async function pull(model: string, args: Arguments, { progress, signal }: CommandContext): Promise<unknown> {
  const [repo = '', after] = model.split('@', 2);
  if (!isRepo(repo)) throw new InputError('--model', model, 'organisation/name of the hub, or a folder');
  const revision = args.text('revision', after ?? 'main');
  const world = hubWorld();
  const tree = modelTree();
  const start = world.now();
  try {
    const options = { signal, onNotice: progress };
    const source = await openHubModel(world, { repo, revision }, options);
    const folder = join(modelsFolder(), cacheFolder(source.id));
    const known = await isCached(tree, source.id);
    progress(
      `${repo} at ${source.id.kind === 'hub' ? source.id.commit : revision}: ${formatBytes(totalBytes(source))} in ${source.files.length} files`,
    );
    await checkMemory(source.head, args, progress);
    if (known) progress('it is on this disk already');
    else await fetchInto(folder, source);
    return {
      model: formatModelId(source.id),
      folder,
      bytes: totalBytes(source),
      files: source.files.map(({ path }) => path),
      seconds: (world.now() - start) / 1000,
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    progress('stopped; the same command goes on from here');
    return undefined;
  }

  async function fetchInto(folder: string, source: ImportSource): Promise<void> {
    lockFolder('--model', folder);
    try {
      const onBytes = teller(world.now, progress);
      await importModel({ tree, sha256: nodeSha256, today }, source, { signal, onNotice: progress, onBytes });
    } finally {
      unlockFolder(folder);
    }
  }
}

const today = (): string => new Date().toISOString();

/** Bytes, speed and time left, every two seconds. */
function teller(now: () => number, progress: CommandContext['progress']): (done: number, total: number) => void {
  const pace = createPace(now);
  let told = -Infinity;
  return (done, total) => {
    if (now() - told < TELL_EVERY_MS && done < total) return;
    told = now();
    const { bytesPerSecond, secondsLeft } = pace(done, total);
    const speed = bytesPerSecond > 0 ? `, ${formatBytes(Math.round(bytesPerSecond))}/s` : '';
    progress(
      `${formatBytes(done)} of ${formatBytes(total)}${speed}${secondsLeft ? `, ${Math.ceil(secondsLeft)} s left` : ''}`,
    );
  };
}

/** A folder is used where it lies; here it is only checked. */
async function checkFolder(path: string, args: Arguments, { progress }: CommandContext): Promise<unknown> {
  const head = await checkModelFolder(folderSource(path));
  const memory = await checkMemory(head, args, progress);
  return { model: path, folder: resolve(path), name: basename(resolve(path)), parameters: memory.parameters };
}

/** Throws `InputError` with numbers and the next smaller setting where the experiment does not fit and nobody said --force. */
async function checkMemory(head: FolderHead, args: Arguments, progress: CommandContext['progress']) {
  const experiment: Experiment = args.has('experiment')
    ? readExperiment('--experiment', args.text('experiment'))
    : { ...defaultExperiment, adapter: { ...defaultExperiment.adapter, rank: 16 } };
  const room = await roomHere();
  const memory = experimentMemory(head, experiment, room ?? unknownRoom);
  const of = args.has('experiment') ? 'the experiment' : 'an adapter of rank 16 in the default batch';
  progress(
    `${(memory.parameters / 1e6).toFixed(1)} M parameters; ${of} takes ${formatBytes(memory.totalBytes)} of memory`,
  );
  if (room === null) progress('no WebGPU adapter here: whether that fits is not known');
  else if (memory.refusal !== null) {
    const { smaller } = memory;
    const advice = smaller
      ? `${smaller.name}, which would take ${formatBytes(smaller.totalBytes)}`
      : 'a smaller model: no smaller setting fits';
    if (args.has('experiment') && !args.flag('force'))
      throw new InputError('--experiment', memory.refusal, `${advice}; or --force to fetch it all the same`);
    progress(`too much for this machine: ${memory.refusal}; what fits: ${advice}`);
  }
  return memory;
}

async function roomHere(): Promise<Room | null> {
  try {
    const gpu = await openDevice();
    gpu.destroy();
    return { gpu, memoryBytes: systemMemoryBudget() };
  } catch (error) {
    if (error instanceof NoAdapterError) return null;
    throw error;
  }
}

/** Refuses nothing. */
const unknownRoom: Room = {
  gpu: {
    adapter: { vendor: '', architecture: '', device: '', description: '', software: false },
    limits: { maxBufferSize: 2 ** 53, maxStorageBufferBindingSize: 2 ** 53 },
    products: {},
  },
  memoryBytes: null,
};

async function list(): Promise<unknown> {
  const entries = await listCache(modelTree());
  return { folder: modelsFolder(), models: entries.map(shown) };
}

const shown = ({ id, folder, ...rest }: CacheEntry) => ({ model: id === null ? folder : formatModelId(id), ...rest });

async function remove(text: string): Promise<unknown> {
  const tree = modelTree();
  const entries = await listCache(tree);
  const entry = entries.find((one) => shown(one).model === text);
  if (!entry) {
    const there = entries.map((one) => shown(one).model).join(', ');
    throw new InputError('--delete', text, there === '' ? 'nothing: no model was pulled yet' : there);
  }
  // A pull under way, or another that deletes it.
  lockFolder('--delete', join(modelsFolder(), entry.folder));
  await deleteEntry(tree, entry.folder);
  unlockFolder(join(modelsFolder(), entry.folder));
  return { deleted: text, bytes: entry.bytes };
}
