/** A model folder on somebody's disk, ready to be copied into the cache. */
import { checkModelFolder } from '../model/folder';
import { sourceOf, type ImportSource } from './importSource';
import { INDEX, neededFiles } from './neededFiles';
import { HubError } from './hubError';
import type { HashStream, RepoFile, TransferOptions } from './types';

/** A file that a person gave, read by parts. */
export interface GivenFile {
  /** Within the folder. */
  readonly path: string;
  readonly bytes: number;
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

const PIECE = 4 * 2 ** 20;

/** Checks the folder and reads all of it once: its fingerprint tells it from another of the same name. `onBytes`: read so far. Rejects with
 * `HubError` `unsuitable` and `FileFormatError`. */
export async function openLocalModel(
  name: string,
  given: readonly GivenFile[],
  sha256: () => HashStream,
  { signal, onBytes }: TransferOptions,
): Promise<ImportSource> {
  const byPath = new Map(given.map((file) => [file.path, file]));
  const sizes = new Map(given.map(({ path, bytes }) => [path, bytes]));
  const fileAt = (path: string): GivenFile => {
    const file = byPath.get(path);
    if (!file) throw new HubError('not-found', `${name} has no ${path}`);
    return file;
  };
  const source = sourceOf(name, sizes, (path, begin, end) => fileAt(path).read(begin, end));
  const paths = await neededFiles(name, new Set(byPath.keys()), () => source.readText(INDEX));
  const head = await checkModelFolder(source);

  const total = paths.reduce((sum, path) => sum + fileAt(path).bytes, 0);
  const files: RepoFile[] = [];
  let done = 0;
  for (const path of paths) {
    const hash = sha256();
    await eachPiece(fileAt(path), 0, signal, (bytes) => {
      hash.update(bytes);
      done += bytes.length;
      onBytes?.(done, total);
    });
    files.push({ path, bytes: fileAt(path).bytes, sha256: hash.digest(), gitSha1: null });
  }
  const fingerprint = sha256();
  fingerprint.update(new TextEncoder().encode(files.map((file) => `${file.sha256}  ${file.path}\n`).join('')));
  return {
    id: { kind: 'local', name: plainName(name), fingerprint: fingerprint.digest().slice(0, 40) },
    name,
    files,
    head,
    async read(file, begin, _etag, transfer, take) {
      await eachPiece(fileAt(file.path), begin, transfer.signal, take);
    },
  };
}

async function eachPiece(
  file: GivenFile,
  begin: number,
  signal: AbortSignal,
  take: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for (let at = begin; at < file.bytes; at += PIECE) {
    signal.throwIfAborted();
    const end = Math.min(at + PIECE, file.bytes);
    const bytes = await file.read(at, end);
    if (bytes.length !== end - at)
      throw new HubError('cut-off', `${file.path} ended before its end: is it still being written?`);
    take(bytes);
  }
}

/** As ids allow it. */
function plainName(name: string): string {
  const plain = name
    .replace(/[^\w.-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? 'model' : plain.slice(0, 96);
}
