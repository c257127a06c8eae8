/** Experiments and runs from files, read off the page's thread. */
import type { Catalogue } from '../experiment/catalogue';
import { oneLine } from '../lib/errors';
import { failure, type Result } from '../lib/result';
import type { SharedFile } from './sharedFile';

/** The largest file that is allowed takes a second or two. */
const DEADLINE_MS = 30_000;

/** The part of `Worker` that is used, so that a test can stand in for it. */
export interface FileReaderWorker {
  postMessage(message: { readonly file: Blob; readonly catalogue: Catalogue }): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Result<SharedFile> }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

const spawnWorker = (): FileReaderWorker =>
  new Worker(new URL('./fileReader.worker.ts', import.meta.url), {
    type: 'module',
    name: 'file reader',
  }) as FileReaderWorker;

/** The experiment or the run in a file, or one line saying why there is none. Never rejects. */
export function readFile(
  file: Blob,
  catalogue: Catalogue,
  spawn: () => FileReaderWorker = spawnWorker,
  deadlineMs = DEADLINE_MS,
): Promise<Result<SharedFile>> {
  return new Promise((resolve) => {
    const worker = spawn();
    const settle = (result: Result<SharedFile>): void => {
      clearTimeout(timer);
      worker.terminate();
      resolve(result);
    };
    const timer = setTimeout(() => settle(failure('The file took too long to read and was left alone')), deadlineMs);
    worker.onmessage = ({ data }) => settle(data);
    worker.onerror = ({ message }) =>
      settle(failure(`The file could not be read (${oneLine(message ?? 'its reader did not load', 150)})`));
    worker.postMessage({ file, catalogue });
  });
}
