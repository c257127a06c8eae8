import { describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import { formatExperimentFile } from './experimentFile';
import { readFile, type FileReaderWorker } from './fileReader';
import { formatRunFile } from './runFile';
import { readSharedFile } from './sharedFile';

const reasonOf = async (file: Blob): Promise<string> => {
  const read = await readSharedFile(file, catalogue);
  return read.ok ? '' : read.reason;
};

describe('a file from outside', () => {
  it('is a run or an experiment', async () => {
    const run = { name: 'nsr', experiment: defaultExperiment, rows: [], evaluations: [], forces: [] };
    expect(await readSharedFile(new Blob([formatRunFile(run)]), catalogue)).toEqual({
      ok: true,
      value: { kind: 'run', run },
    });
    expect(await readSharedFile(new Blob([formatExperimentFile(defaultExperiment)]), catalogue)).toEqual({
      ok: true,
      value: { kind: 'experiment', experiment: defaultExperiment },
    });
  });

  it('of 300 MB is refused by its size, unread', async () => {
    const read = vi.fn(() => Promise.reject(new Error('read')));
    const file = Object.assign(new Blob(), { arrayBuffer: read, text: read });
    Object.defineProperty(file, 'size', { value: 300e6 });
    expect(await reasonOf(file)).toBe('The file is too large: 300 MB, and a run has at most 20 MB');
    expect(read).not.toHaveBeenCalled();
  });

  it('of bytes that are no text is refused', async () => {
    expect(await reasonOf(new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0])]))).toContain('not text');
  });

  it.each(['{"format":"nsr-run","version":NaN}', '{"format":"nsr-run","version":1,"name":5}', '\0\x01', ''])(
    'of %j is refused in one line',
    async (text) => {
      expect(await reasonOf(new Blob([text]))).toMatch(/^The file [^\n]{5,200}$/);
    },
  );

  it('that was moved away is refused', async () => {
    const file = Object.assign(new Blob(['{}']), { arrayBuffer: () => Promise.reject(new Error('NotReadableError')) });
    expect(await reasonOf(file)).toContain('could not be read');
  });
});

describe('the worker that reads a file', () => {
  const blob = new Blob(['{}']);
  const spawn = (begin: (worker: FileReaderWorker) => void) => {
    const worker: FileReaderWorker = {
      postMessage: () => begin(worker),
      terminate: vi.fn(),
      onmessage: null,
      onerror: null,
    };
    return { worker, read: readFile(blob, catalogue, () => worker, 20) };
  };

  it('answers once and ends', async () => {
    const answer = { ok: false, reason: 'no' } as const;
    const { worker, read } = spawn((one) => one.onmessage?.({ data: answer }));
    expect(await read).toBe(answer);
    expect(worker.terminate).toHaveBeenCalledOnce();
  });

  it('that does not load is a reason in one line', async () => {
    const { read } = spawn((one) => one.onerror?.({ message: `failed\n${'x'.repeat(1000)}` }));
    const result = await read;
    expect(result.ok ? '' : result.reason).toMatch(/^The file could not be read .{0,160}$/);
  });

  it('is ended at its deadline', async () => {
    const { worker, read } = spawn(() => undefined);
    const result = await read;
    expect(result.ok ? '' : result.reason).toContain('too long');
    expect(worker.terminate).toHaveBeenCalledOnce();
  });
});
