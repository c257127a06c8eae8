/** Single files of a repository: whole, or by parts. */
import { joined } from './body';
import { HubError } from './hubError';
import { listedFile, listRepo } from './listing';
import { readPart, type FileReading } from './ranged';
import type { FetchRepoFile, HubWorld, OpenRepoFile, RepoFile, RepoListing, TransferOptions } from './types';

export const fetchRepoFile: FetchRepoFile = async (world, { path, mostBytes, ...revision }, options) => {
  const listing = await listRepo(world, revision, options);
  return { commit: listing.commit, bytes: await fetchListedFile(world, listing, path, mostBytes, options) };
};

export const openRepoFile: OpenRepoFile = async (world, { path, ...revision }, options) => {
  const listing = await listRepo(world, revision, options);
  const reading: FileReading = { listing, file: listedFile(listing, path), etag: null };
  const byteLength = reading.file.bytes;
  const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> =>
    (await readParts(world, reading, [start, Math.min(end, byteLength)], options)).buffer;
  return { commit: listing.commit, file: { byteLength, slice } };
};

/** A whole file of a listing, its size and hash checked. Rejects with `HubError`. */
export async function fetchListedFile(
  world: HubWorld,
  listing: RepoListing,
  path: string,
  mostBytes: number,
  options: TransferOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const file = listedFile(listing, path);
  if (file.bytes > mostBytes)
    throw new HubError(
      'unsuitable',
      `${path} of ${listing.repo} has ${file.bytes} bytes; at most ${mostBytes} are read`,
    );
  const reading: FileReading = { listing, file, etag: null };
  const bytes = await readParts(world, reading, [0, file.bytes], options);
  const hash = world.sha256();
  hash.update(bytes);
  await checkHash(file, listing.repo, hash.digest(), bytes);
  return bytes;
}

/** Bytes [begin, end) in memory. */
export async function readParts(
  world: HubWorld,
  reading: FileReading,
  range: readonly [number, number],
  options: TransferOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let done = 0;
  await readPart(world, reading, range, options, (bytes) => {
    parts.push(bytes);
    done += bytes.length;
    options.onBytes?.(done, range[1] - range[0]);
  });
  return joined(parts, done);
}

/** `sha256`: of the file as it came; `whole`: its bytes, of a small one. Rejects with `HubError` where they are not what the hub lists. */
export async function checkHash(
  { path, sha256: listed, gitSha1 }: RepoFile,
  repo: string,
  sha256: string,
  whole: Uint8Array<ArrayBuffer> | null,
): Promise<void> {
  const wrong = (): never => {
    throw new HubError('corrupt', `${path} of ${repo}: what came is not what the hub lists (its hash differs)`);
  };
  if (listed !== null && listed !== sha256) wrong();
  if (gitSha1 !== null && whole !== null && gitSha1 !== (await gitBlobId(whole))) wrong();
}

/** Git's name for a file's content. */
async function gitBlobId(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const head = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const digest = await crypto.subtle.digest('SHA-1', joined([head, bytes], head.length + bytes.length));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
