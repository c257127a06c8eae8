import type { FolderHead, ModelSource } from '../model/folder';
import type { CachedId } from './modelCache';
import type { RepoFile, TransferOptions } from './types';

/** A model that can be brought into the cache: listed, and its config and its tensors' names, shapes and types already checked. */
export interface ImportSource {
  readonly id: CachedId;
  /** For people. */
  readonly name: string;
  readonly files: readonly RepoFile[];
  readonly head: FolderHead;
  /** Hands on the file's bytes from `begin` on, in order. `etag`: what parts read earlier came with. Rejects with `HubError`: `changed`
   * where these come with another. */
  read(
    file: RepoFile,
    begin: number,
    etag: string | null,
    options: ReadOptions,
    take: (bytes: Uint8Array<ArrayBuffer>) => void,
  ): Promise<void>;
}

export interface ReadOptions extends Pick<TransferOptions, 'signal' | 'onNotice'> {
  /** Before the first byte, where the host names one. */
  readonly onTag: (etag: string) => void;
}

/** `readModelFolder`'s and `checkModelFolder`'s way into files that are read by parts. */
export function sourceOf(
  name: string,
  sizes: ReadonlyMap<string, number>,
  read: (path: string, begin: number, end: number) => Promise<Uint8Array>,
): ModelSource {
  const whole = (path: string) => read(path, 0, sizes.get(path) ?? 0);
  return {
    name,
    exists: async (path) => sizes.has(path),
    readBytes: whole,
    readText: async (path) => new TextDecoder().decode(await whole(path)),
    parts: { bytes: async (path) => sizes.get(path) ?? 0, read },
  };
}
