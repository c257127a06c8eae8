/** Folders of flat files below one folder of a disk. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileTree } from '../lib/fileTree';
import { writing } from './writing';

/** Writing throws `WriteError` where the disk refuses. */
export function diskTree(root: string): FileTree {
  return {
    folders: async () => entriesOf(root).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])),
    files: async (folder) =>
      entriesOf(join(root, folder)).flatMap((entry) =>
        entry.isFile() ? [{ name: entry.name, bytes: statSync(join(root, folder, entry.name)).size }] : [],
      ),
    read: (folder, name, begin, end) => readPart(join(root, folder, name), begin, end),
    async append(folder, name, at) {
      const file = join(root, folder, name);
      const opened = writing(file, 0, () => {
        mkdirSync(join(root, folder), { recursive: true });
        const descriptor = openSync(file, at === 0 ? 'w' : 'r+');
        ftruncateSync(descriptor, at);
        return descriptor;
      });
      let position = at;
      return {
        write: (bytes) =>
          writing(file, bytes.length, () => {
            for (let done = 0; done < bytes.length;) {
              const taken = writeSync(opened, bytes, done, bytes.length - done, position);
              done += taken;
              position += taken;
            }
          }),
        flush: () => writing(file, 0, () => fsyncSync(opened)),
        close: () => closeSync(opened),
      };
    },
    rename: async (folder, from, to) => {
      const file = join(root, folder, to);
      writing(file, 0, () => renameSync(join(root, folder, from), file));
    },
    removeFile: async (folder, name) => rmSync(join(root, folder, name), { force: true }),
    removeFolder: async (folder) => rmSync(join(root, folder), { recursive: true, force: true }),
  };
}

function entriesOf(folder: string) {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? readdirSync(folder, { withFileTypes: true })
    : [];
}

/** Bytes [begin, end) of a file, by default all; null where there is none. */
export async function readPart(file: string, begin = 0, end?: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return null;
  const bytes = new Uint8Array(Math.max(0, Math.min(end ?? status.size, status.size) - begin));
  const opened = await open(file);
  try {
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await opened.read(bytes, done, Math.min(bytes.length - done, 2 ** 30), begin + done);
      if (bytesRead === 0) return bytes.slice(0, done);
      done += bytesRead;
    }
  } finally {
    await opened.close();
  }
  return bytes;
}
