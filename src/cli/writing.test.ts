/** A disk that refuses: node:fs is the real one, but for what a test injects. */
import * as fs from 'node:fs';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { initialState, type Snapshot } from '../trainer/state';
import type { Trainer, TrainerEvent } from '../trainer/train';
import { temporaryFolder } from './nsr.fixture';
import { RunFolder } from './runFolder';
import { replaceDurably, WriteError } from './writing';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    writeSync: vi.fn(real.writeSync),
    appendFileSync: vi.fn(real.appendFileSync),
    openSync: vi.fn(real.openSync),
    mkdirSync: vi.fn(real.mkdirSync),
    accessSync: vi.fn(real.accessSync),
    rmSync: vi.fn(real.rmSync),
    statfsSync: vi.fn(real.statfsSync),
  };
});

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => vi.clearAllMocks());

const refusal = (code: string): Error => Object.assign(new Error(`${code}: no, write`), { code });
/** The next write takes a part of its bytes, the one after it none; so many bytes are free then. */
function fillDisk(taken: number, free: number): void {
  const real = vi.mocked(fs.writeSync).getMockImplementation() as unknown as (
    file: number,
    bytes: Uint8Array,
  ) => number;
  const some = (file: number, bytes: unknown): number => real(file, (bytes as Uint8Array).subarray(0, taken));
  vi.mocked(fs.writeSync)
    .mockImplementationOnce(some)
    .mockImplementationOnce(() => {
      throw refusal('ENOSPC');
    });
  vi.mocked(fs.statfsSync).mockReturnValueOnce({ bavail: free, bsize: 1 } as fs.StatsFs);
}
const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(WriteError);
    return (error as WriteError).message;
  }
  return '';
};

describe('a file that the disk refuses', () => {
  it('leaves the one before it whole and says what is missing', () => {
    const file = join(root, 'out.json');
    replaceDurably(file, 'the old content');
    fillDisk(3 * 2 ** 20, 2 ** 20);
    expect(messageOf(() => replaceDurably(file, new Uint8Array(10 * 2 ** 20)))).toBe(
      `${file}.tmp could not be written: the disk is full (10.0 MiB to write, 4.0 MiB free, 6.0 MiB are missing)`,
    );
    expect(readFileSync(file, 'utf8')).toBe('the old content');
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it.each([
    ['EROFS', 'mounted read-only'],
    ['EACCES', 'read-only folder or file'],
    ['EPERM', 'read-only folder or file'],
    ['EDQUOT', 'your quota on this disk is used up'],
    ['EIO', 'error of its own'],
  ])('with %s says: %s', (code, words) => {
    vi.mocked(fs.openSync).mockImplementationOnce(() => {
      throw refusal(code);
    });
    expect(messageOf(() => replaceDurably(join(root, 'x'), 'x'))).toContain(words);
  });
});

describe('a run whose disk fills', () => {
  const tensor = { name: 'a', shape: [4096], data: new Float32Array(4096) };
  const policy = { optimizerStep: 1, parameters: [tensor], firstMoments: [tensor], secondMoments: [tensor] };
  const trainerAt = (step: number) =>
    ({
      snapshot: async (): Promise<Snapshot> => ({ state: { ...initialState, step }, policy, critic: null }),
      experiment: () => defaultExperiment,
    }) as unknown as Trainer;
  const edit: TrainerEvent = { type: 'edit', edit: { step: 1, path: 'objective.clip', value: false } };

  it('says which step is kept and how to go on; the copy is there', async () => {
    const folder = new RunFolder(join(root, 'run'));
    folder.begin(defaultExperiment, false);
    await folder.saveCheckpoint(trainerAt(25), {});

    fillDisk(1000, 0);
    const error = await folder.saveCheckpoint(trainerAt(50), {}).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WriteError);
    expect((error as WriteError).message).toMatch(
      /tmp\.g000002\.policy\.safetensors could not be written: the disk is full \(.* are missing\); the copy after step 25 is whole\. When that is mended, go on with: nsr train --resume --out .*run$/,
    );
    expect(readdirSync(join(root, 'run/checkpoints')).filter((name) => name.startsWith('tmp'))).toEqual([]);
    expect((await folder.resume())?.snapshot.state.step).toBe(25);
  });

  it('says so when it becomes read-only while older copies make way', async () => {
    const folder = new RunFolder(join(root, 'making way'));
    folder.begin(defaultExperiment, false);
    for (const step of [1, 2]) await folder.saveCheckpoint(trainerAt(step), {});
    vi.mocked(fs.rmSync).mockImplementationOnce(() => {
      throw refusal('EROFS');
    });
    const error = await folder.saveCheckpoint(trainerAt(3), {}).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WriteError);
    expect((error as WriteError).message).toMatch(
      /g000001\..*: the disk is mounted read-only; the copy after step 2 is whole\. .*--resume/,
    );
  });

  it('says so for its metrics too', () => {
    const folder = new RunFolder(join(root, 'metrics'));
    folder.begin(defaultExperiment, false);
    vi.mocked(fs.appendFileSync).mockImplementationOnce(() => {
      throw refusal('ENOSPC');
    });
    expect(messageOf(() => folder.record(edit))).toMatch(
      /metrics\.jsonl could not be written: the disk is full .*; no copy was kept yet, the run begins anew\./,
    );
  });

  it('says so for its forces too', () => {
    const folder = new RunFolder(join(root, 'forces'));
    folder.begin(defaultExperiment, false);
    vi.mocked(fs.appendFileSync).mockImplementationOnce(() => {
      throw refusal('ENOSPC');
    });
    const forces = {
      type: 'forces',
      result: { ok: true, value: { step: 3 } },
      durationMs: 1,
    } as unknown as TrainerEvent;
    expect(messageOf(() => folder.record(forces))).toMatch(/metrics\.jsonl could not be written: the disk is full/);
  });

  it('in a folder that is read-only does not begin', () => {
    mkdirSync(join(root, 'readonly'));
    // What Node says of a folder that cannot be made on a disk mounted read-only.
    vi.mocked(fs.mkdirSync).mockImplementationOnce(() => {
      throw refusal('ENOENT');
    });
    vi.mocked(fs.accessSync).mockImplementationOnce(() => {
      throw refusal('EROFS');
    });
    const folder = new RunFolder(join(root, 'readonly/run'));
    expect(messageOf(() => folder.begin(defaultExperiment, false))).toContain('mounted read-only');
  });
});
