/** Copies a model into the cache. What is there already stays; what broke off goes on where it stopped; a file gets its name only once
 * size and hash are right, and the folder its mark only once all files have theirs. */
import type { FileTree } from '../lib/fileTree';
import { formatModelId } from '../experiment/modelId';
import { checkHash } from './fetchRepoFile';
import { HubError } from './hubError';
import type { ImportSource } from './importSource';
import {
  cacheFolder,
  isCached,
  markImported,
  partName,
  readJournal,
  writeJournal,
  type Imported,
  type Journal,
} from './modelCache';
import type { HashStream, RepoFile, TransferOptions } from './types';

/** Files up to here are also held whole, for the hash that git gives them. */
const SMALL = 100_000_000;
/** Bytes read back at once to take up a hash again. */
const READ_BACK = 8 * 2 ** 20;

export interface ImportWorld {
  readonly tree: FileTree;
  readonly sha256: () => HashStream;
  /** ISO 8601. */
  readonly today: () => string;
}

export const totalBytes = ({ files }: Pick<ImportSource, 'files'>): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** Rejects with `HubError`, with what the storage throws, or with the signal's reason; what was written stays, for the next time. */
export async function importModel(world: ImportWorld, source: ImportSource, options: TransferOptions): Promise<void> {
  const { tree } = world;
  const { id, files } = source;
  if (await isCached(tree, id)) return;
  const folder = cacheFolder(id);
  const total = totalBytes(source);
  let journal: Journal = (await readJournal(tree, folder)) ?? {
    version: 1,
    id: formatModelId(id),
    begun: world.today(),
    bytes: total,
    etags: {},
  };
  await writeJournal(tree, folder, journal);
  const imported: { path: string; bytes: number; sha256: string }[] = [];
  let before = 0;
  for (const file of files) {
    const result = await importFile(world, source, file, journal.etags[file.path] ?? null, {
      ...options,
      onBytes: (done) => options.onBytes?.(before + done, total),
      onTag: async (etag) => {
        journal = { ...journal, etags: { ...journal.etags, [file.path]: etag } };
        await writeJournal(tree, folder, journal);
      },
    });
    imported.push({ path: file.path, bytes: file.bytes, sha256: result });
    before += file.bytes;
    options.onBytes?.(before, total);
  }
  const mark: Imported = { version: 1, id: formatModelId(id), at: world.today(), files: imported };
  await markImported(tree, mark, id);
}

interface FileOptions extends TransferOptions {
  readonly onBytes: (done: number) => void;
  readonly onTag: (etag: string) => Promise<void>;
}

/** Resolves to the file's SHA-256. */
async function importFile(
  { tree, sha256 }: ImportWorld,
  source: ImportSource,
  file: RepoFile,
  knownTag: string | null,
  { signal, onNotice, onBytes, onTag }: FileOptions,
): Promise<string> {
  const folder = cacheFolder(source.id);
  const part = partName(file.path);
  const sizes = new Map((await tree.files(folder)).map(({ name, bytes }) => [name, bytes]));
  if (sizes.get(file.path) === file.bytes) {
    const hash = sha256();
    await readBack(tree, folder, file.path, file.bytes, signal, (bytes) => hash.update(bytes));
    return hash.digest();
  }
  let written = Math.min(sizes.get(part) ?? 0, file.bytes);
  let etag = knownTag;
  for (let attempt = 0; ; attempt++) {
    const resumed = written > 0;
    try {
      const digest = await copyFile(written, etag);
      await tree.rename(folder, part, file.path);
      return digest;
    } catch (error) {
      const again = error instanceof HubError && (error.fault === 'changed' || (error.fault === 'corrupt' && resumed));
      if (!(error instanceof HubError) || (error.fault !== 'changed' && error.fault !== 'corrupt')) throw error;
      // What is wrong in it would stay wrong.
      await tree.removeFile(folder, part);
      if (!again || attempt > 1) throw error;
      onNotice?.(`${error.message}: it starts over`);
      written = 0;
      etag = null;
    }
  }

  async function copyFile(begin: number, tag: string | null): Promise<string> {
    const hash = sha256();
    const small: Uint8Array[] | null = file.gitSha1 !== null && file.bytes <= SMALL ? [] : null;
    const keep = (bytes: Uint8Array): void => {
      hash.update(bytes);
      small?.push(bytes);
    };
    await readBack(tree, folder, part, begin, signal, keep);
    const out = await tree.append(folder, part, begin);
    let done = begin;
    onBytes(done);
    let noted = Promise.resolve();
    const reading = {
      signal,
      ...(onNotice ? { onNotice } : {}),
      onTag: (now: string) => {
        noted = onTag(now);
      },
    };
    try {
      await source.read(file, begin, tag, reading, (bytes) => {
        out.write(bytes);
        keep(bytes);
        done += bytes.length;
        onBytes(done);
      });
      out.flush();
    } finally {
      out.close();
      await noted;
    }
    const whole = small && new Uint8Array(await new Blob(small as BlobPart[]).arrayBuffer());
    const digest = hash.digest();
    await checkHash(file, source.name, digest, whole);
    return digest;
  }
}

/** The first `bytes` of a file of the cache, in order. */
async function readBack(
  tree: FileTree,
  folder: string,
  name: string,
  bytes: number,
  signal: AbortSignal,
  take: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for (let at = 0; at < bytes; at += READ_BACK) {
    signal.throwIfAborted();
    const piece = await tree.read(folder, name, at, Math.min(at + READ_BACK, bytes));
    if (piece === null) throw new HubError('corrupt', `${name}: what was written is gone`);
    take(piece);
  }
}
