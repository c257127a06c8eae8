import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitOf, startStandIn, type StandIn } from '../../scripts/hub/standIn';
import { fetchRepoFile, openRepoFile } from './fetchRepoFile';
import { testWorld } from './hub.fixture';

const rows = new TextEncoder().encode('{"question":"1 + 1","answer":"#### 2"}\n'.repeat(100));
const table = Uint8Array.from({ length: 5_000 }, (_, i) => i & 255);
const repository = new Map([
  ['main/train.jsonl', rows],
  ['main/test-00000-of-00001.parquet', table],
]);
const revision = { kind: 'dataset', repo: 'Test/Sums', revision: 'main' } as const;
const options = { signal: new AbortController().signal };
let hub: StandIn;

beforeAll(async () => {
  hub = await startStandIn();
  hub.repositories.set('Test/Sums', repository);
});
afterAll(() => hub.close());
beforeEach(() => {
  hub.faults = [];
});

describe('a file of a data set', () => {
  it('comes whole, with the commit it is of', async () => {
    const file = { ...revision, path: 'main/train.jsonl', mostBytes: 1e6 };
    const { commit, bytes } = await fetchRepoFile(testWorld(hub.endpoint), file, options);
    expect(commit).toBe(commitOf(repository));
    expect(bytes).toEqual(rows);
  });

  it('is refused where it is larger than it may be, before it is fetched', async () => {
    hub.asked.length = 0;
    const file = { ...revision, path: 'main/train.jsonl', mostBytes: 100 };
    await expect(fetchRepoFile(testWorld(hub.endpoint), file, options)).rejects.toThrow(/at most 100 are read/);
    expect(hub.asked.some((line) => line.includes('/resolve/'))).toBe(false);
  });

  it('that is not listed is missing', async () => {
    const file = { ...revision, path: 'main/none.jsonl', mostBytes: 100 };
    await expect(fetchRepoFile(testWorld(hub.endpoint), file, options)).rejects.toThrow(
      'Test/Sums has no main/none.jsonl',
    );
  });

  it('is read by parts, as a reader of parquet asks for them', async () => {
    const path = 'main/test-00000-of-00001.parquet';
    const { file } = await openRepoFile(testWorld(hub.endpoint), { ...revision, path }, options);
    expect(file.byteLength).toBe(5_000);
    expect(new Uint8Array(await file.slice(4_992))).toEqual(table.subarray(4_992));
    expect(new Uint8Array(await file.slice(100, 400))).toEqual(table.subarray(100, 400));
    hub.faults = [{ of: 'xet-bridge-us', kind: 'range-ignored' }];
    await expect(file.slice(100, 400)).rejects.toThrow(/sent the whole file in place of a part/);
    hub.faults = [{ of: 'xet-bridge-us', kind: 'other-tag' }];
    await expect(file.slice(100, 400)).rejects.toThrow(/changed on the host/);
  });
});
