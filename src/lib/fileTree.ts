/** Folders of flat files, for what is too large to be held in memory: a disk (Node), OPFS (browser), memory (tests). Names are letters, digits and `@+._-`. */
export interface FileTree {
  folders(): Promise<readonly string[]>;
  /** Empty where there is no such folder. */
  files(folder: string): Promise<readonly StoredFile[]>;
  /** Bytes [begin, end), by default all; null where there is no such file. */
  read(folder: string, name: string, begin?: number, end?: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** To write on at byte `at`, behind which nothing is left; makes folder and file. */
  append(folder: string, name: string, at: number): Promise<FileAppender>;
  /** Atomic; replaces what was there. */
  rename(folder: string, from: string, to: string): Promise<void>;
  /** No error where there is none, in both. */
  removeFile(folder: string, name: string): Promise<void>;
  removeFolder(folder: string): Promise<void>;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}

export interface FileAppender {
  /** All of the bytes, or it throws: the disk or the quota is full. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  flush(): void;
  close(): void;
}

/** Writes a small file whole: under a temporary name, then renamed. */
export async function writeWhole(tree: FileTree, folder: string, name: string, text: string): Promise<void> {
  const file = await tree.append(folder, `${name}.tmp`, 0);
  try {
    file.write(new TextEncoder().encode(text));
    file.flush();
  } finally {
    file.close();
  }
  await tree.rename(folder, `${name}.tmp`, name);
}
