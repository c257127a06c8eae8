/** What a checkpoint needs of a place to lie in: files on a disk (Node), OPFS (browser), memory (tests). Names are flat: letters,
 * digits, dots and dashes. */
export interface CheckpointStorage {
  /** Writes a whole new file, or replaces one; resolves once the bytes are flushed. Rejects when not all of them were taken
   * (at quota Chromium's OPFS returns a wrong count instead of throwing: check it). May leave a torn file behind when killed. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Null where there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  list(): Promise<readonly string[]>;
  /** Atomic: after a kill the file has the one name or the other. Replaces what was there. */
  rename(from: string, to: string): Promise<void>;
  /** No error where there is no such file. */
  remove(name: string): Promise<void>;
}
