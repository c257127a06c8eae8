/** A model of the hub, ready to be imported. */
import { checkModelFolder } from '../model/folder';
import { readParts } from './fetchRepoFile';
import { HubError } from './hubError';
import { sourceOf, type ImportSource } from './importSource';
import { listedFile, listRepo } from './listing';
import { INDEX, mostTextBytes, neededFiles } from './neededFiles';
import { readPart, type FileReading } from './ranged';
import type { HubWorld, TransferOptions } from './types';

/** Bytes asked for at once: a hundredth of a second of waiting to a second of a fast line's reading. */
const PIECE = 64 * 2 ** 20;

/** Lists a repository and checks config and headers of the weights, for which some hundred kilobytes are read. Rejects with `HubError`,
 * `FileFormatError`, or `InputError` on an id that cannot be one. */
export async function openHubModel(
  world: HubWorld,
  { repo, revision }: { readonly repo: string; readonly revision: string },
  { signal, onNotice }: Pick<TransferOptions, 'signal' | 'onNotice'>,
): Promise<ImportSource> {
  const options = { signal, ...(onNotice ? { onNotice } : {}) };
  const listing = await listRepo(world, { kind: 'model', repo, revision }, options);
  const readings = new Map<string, FileReading>();
  const readingOf = (path: string): FileReading => {
    const reading = readings.get(path) ?? { listing, file: listedFile(listing, path), etag: null };
    readings.set(path, reading);
    return reading;
  };
  const sizes = new Map(listing.files.map(({ path, bytes }) => [path, bytes]));
  const source = sourceOf(repo, sizes, async (path, begin, end) => {
    if (end - begin > mostTextBytes)
      throw new HubError(
        'unsuitable',
        `${path} of ${repo} has ${end - begin} bytes; at most ${mostTextBytes} are read`,
      );
    return readParts(world, readingOf(path), [begin, end], options);
  });
  const paths = await neededFiles(repo, new Set(sizes.keys()), () => source.readText(INDEX));
  const head = await checkModelFolder(source);
  return {
    id: { kind: 'hub', repo, commit: listing.commit },
    name: repo,
    files: paths.map((path) => listedFile(listing, path)),
    head,
    async read(file, begin, etag, transfer, take) {
      const reading: FileReading = { listing, file, etag };
      let told = etag;
      for (let at = begin; at < file.bytes; at += PIECE)
        await readPart(world, reading, [at, Math.min(at + PIECE, file.bytes)], transfer, (bytes) => {
          if (reading.etag !== null && reading.etag !== told) transfer.onTag((told = reading.etag));
          take(bytes);
        });
    },
  };
}
