/** The parts of the browser's private file system (OPFS) that are used here. TypeScript's DOM library has neither
 * `createSyncAccessHandle`, which only a worker may call, nor `move`. */

export interface SyncAccessHandle {
  /** Bytes taken; at quota Chromium returns 4294967288 instead of throwing. */
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export interface FileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
  getFile(): Promise<Pick<Blob, 'arrayBuffer' | 'slice' | 'size'>>;
  /** Renames within the folder, in one step. */
  move(name: string): Promise<void>;
}

export interface DirectoryHandle {
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<FileHandle>;
  getDirectoryHandle(name: string, options?: { readonly create?: boolean }): Promise<DirectoryHandle>;
  removeEntry(name: string, options?: { readonly recursive?: boolean }): Promise<void>;
  keys(): AsyncIterable<string>;
}

/** The root of this origin's files. Rejects where the browser refuses storage. */
export async function openPrivateRoot(): Promise<DirectoryHandle> {
  return (await navigator.storage.getDirectory()) as unknown as DirectoryHandle;
}

/** What was asked for, or `otherwise` where there is no file or folder of that name. */
export async function orIfMissing<T, U>(asked: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') return otherwise;
    throw error;
  }
}
