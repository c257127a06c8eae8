/** The files of a model as blobs, made piece by piece: a browser moves large blobs to the disk, so that no model is held a second time. */
import { Zip, ZipPassThrough } from 'fflate';
import { InputError } from '../../lib/errors';
import type { StreamedFile } from './modelExport';
import type { ModelBlob } from './modelForm';

/** So much is gathered before it becomes a blob, and between two pauses. */
const PIECE_BYTES = 16 * 2 ** 20;
/** A zip without the 64-bit extension ends here; with room for its directory. */
const MOST_ZIP_BYTES = 2 ** 32 - 2 ** 20;

/** `pause`: awaited between pieces, so that whoever packs can say that it is alive. */
type Pause = () => Promise<void>;

export async function fileBlobs(files: readonly StreamedFile[], pause: Pause): Promise<ModelBlob[]> {
  const blobs: ModelBlob[] = [];
  for (const { path, parts } of files) {
    const gathered = gather('application/octet-stream');
    for (const part of parts()) if (gathered.add(part)) await pause();
    blobs.push({ path, content: gathered.blob() });
  }
  return blobs;
}

/** One zip, its files stored as they are: weights do not compress. Throws `InputError` on more than a zip holds. */
export async function zipBlob(
  files: readonly StreamedFile[],
  pause: Pause,
  mostBytes: number = MOST_ZIP_BYTES,
): Promise<Blob> {
  const gathered = gather('application/zip');
  let due = false;
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    if (bytes.length > 0) due = gathered.add(bytes) || due;
  });
  for (const { path, parts } of files) {
    const entry = new ZipPassThrough(path);
    zip.add(entry);
    for (const part of parts()) {
      entry.push(part);
      if (gathered.size() > mostBytes)
        throw new InputError(
          'model',
          `more than ${mostBytes} bytes`,
          'less in one zip: save a folder, or 16-bit weights',
        );
      if (due) await pause();
      due = false;
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  return gathered.blob();
}

function gather(type: string) {
  const whole: Blob[] = [];
  let pieces: BlobPart[] = [];
  let waiting = 0;
  let bytes = 0;
  const settle = (): void => {
    whole.push(new Blob(pieces));
    pieces = [];
    waiting = 0;
  };
  return {
    size: () => bytes,
    /** True when a piece has become full. */
    add(part: Uint8Array): boolean {
      pieces.push(part as Uint8Array<ArrayBuffer>);
      waiting += part.length;
      bytes += part.length;
      if (waiting < PIECE_BYTES) return false;
      settle();
      return true;
    },
    blob(): Blob {
      settle();
      return new Blob(whole, { type });
    },
  };
}
