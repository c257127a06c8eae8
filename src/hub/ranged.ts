/** Parts of files, with everything checked that a server says about them: a host that ignores `Range` answers 200 with the whole file,
 * which would be taken for the part (../shared of the project names five million wrong bytes). */
import { HubError } from './hubError';
import { fileUrl } from './listing';
import { ask, refusePage } from './request';
import type { HubWorld, RepoFile, RepoListing, TransferOptions } from './types';

/** A file of a listing, and the ETag that its first part came with; null until one has, or where the host names none. */
export interface FileReading {
  readonly listing: RepoListing;
  readonly file: RepoFile;
  etag: string | null;
}

type ReadOptions = Pick<TransferOptions, 'signal' | 'onNotice'>;

/** Reads bytes [begin, end) and hands them on as they come, each once and in order; what `take` has had is not asked for again when the answer breaks off.
 * Rejects with `HubError`: `changed` where the ETag is another than that of the parts before; and with what `take` throws. */
export async function readPart(
  world: HubWorld,
  reading: FileReading,
  [begin, end]: readonly [number, number],
  options: ReadOptions,
  take: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const { listing, file } = reading;
  const what = `${file.path} of ${listing.repo}`;
  const url = fileUrl(world, listing, file.path);
  let at = begin;
  const question = () => ({ url, what, headers: { Range: `bytes=${at}-${end - 1}` } });
  while (at < end) {
    await ask(world, question, options, async (response, heard) => {
      refusePage(response, what);
      const all = at === 0 && end === file.bytes;
      checkPart(response, what, at, end, file.bytes, all);
      checkTag(response, what, reading);
      if (response.body === null) throw new HubError('cut-off', `${what}: the answer is empty`, null);
      const reader = response.body.getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        if (chunk.value.length > end - at)
          throw new HubError('no-range', `${what}: more came than the ${end - at} bytes asked for`);
        heard(chunk.value.length);
        take(chunk.value);
        at += chunk.value.length;
      }
      if (at < end)
        throw new HubError('cut-off', `${what}: the answer broke off ${end - at} bytes before its end`, null);
    });
  }
}

/** A 200 is right only where the whole file was asked for. A host may hide Content-Range from a page: length and hash then decide. */
function checkPart(response: Response, what: string, begin: number, end: number, total: number, all: boolean): void {
  const length = response.headers.get('Content-Length');
  if (response.status === 200 && all && (length === null || Number(length) === total)) return;
  if (response.status !== 206) {
    const instead =
      response.status === 200
        ? 'sent the whole file in place of a part (Range ignored)'
        : `answered ${response.status} in place of 206`;
    throw new HubError('no-range', `${what}: the host ${instead}`);
  }
  const range = response.headers.get('Content-Range');
  if (range === null) return;
  const parts = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range);
  if (parts && Number(parts[3]) !== total)
    throw new HubError('corrupt', `${what}: it has ${parts[3]} bytes, the hub lists ${total}`);
  if (!parts || Number(parts[1]) !== begin || Number(parts[2]) !== end - 1)
    throw new HubError('no-range', `${what}: bytes ${begin}-${end - 1} were asked for, the host sent ${range}`);
}

function checkTag(response: Response, what: string, reading: FileReading): void {
  const tag = response.headers.get('ETag')?.replace(/^W\//, '') ?? null;
  if (tag === null) return;
  if (reading.etag !== null && reading.etag !== tag)
    throw new HubError('changed', `${what} changed on the host while it was being read`);
  reading.etag = tag;
}
