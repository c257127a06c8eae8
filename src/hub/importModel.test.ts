import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitOf, startStandIn, type Fault, type StandIn } from '../../scripts/hub/standIn';
import { tinyRepository } from '../../scripts/hub/tinyRepository';
import { memoryTree } from '../lib/memoryTree.fixture';
import { readModelFolder } from '../model/folder';
import { HubError } from './hubError';
import { openHubModel } from './hubSource';
import { testWorld } from './hub.fixture';
import { importModel } from './importModel';
import { cachedModel, deleteEntry, listCache, type CachedId } from './modelCache';

const repo = 'Test/Tiny';
const repository = tinyRepository();
const commit = commitOf(repository);
const id: CachedId = { kind: 'hub', repo, commit };
const weights = repository.get('model.safetensors') ?? new Uint8Array();
let hub: StandIn;

beforeAll(async () => {
  hub = await startStandIn();
});
afterAll(() => hub.close());
beforeEach(() => {
  hub.faults = [];
  hub.asked.length = 0;
  hub.repositories.clear();
  hub.repositories.set(repo, repository);
});

interface Attempt {
  readonly tree?: ReturnType<typeof memoryTree>;
  readonly revision?: string;
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
  readonly onBytes?: (done: number, total: number) => void;
  readonly repo?: string;
}

/** Imports, and tells what was said and waited for. */
async function attempt({ tree = memoryTree(), revision = 'main', silenceMs, ...rest }: Attempt = {}) {
  const world = testWorld(hub.endpoint, silenceMs);
  const notices: string[] = [];
  const options = {
    signal: rest.signal ?? new AbortController().signal,
    onNotice: (words: string) => void notices.push(words),
    ...(rest.onBytes ? { onBytes: rest.onBytes } : {}),
  };
  let error: unknown = null;
  try {
    const source = await openHubModel(world, { repo: rest.repo ?? repo, revision }, options);
    await importModel({ tree, sha256: world.sha256, today: () => '2026-11-22T00:00:00Z' }, source, options);
  } catch (caught) {
    error = caught;
  }
  return { tree, error, notices, waited: world.waited };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function statesOf(tree: ReturnType<typeof memoryTree>) {
  return (await listCache(tree)).map(({ state }) => state);
}

describe('a model of the hub', () => {
  it('comes at its commit, whole and checked, and opens as a folder does', async () => {
    const progress: number[] = [];
    const { tree, error } = await attempt({ onBytes: (done, total) => progress.push(done / total) });
    expect(error).toBeNull();
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const source = await cachedModel(tree, id);
    const folder = source && (await readModelFolder(source));
    expect(folder?.config.vocabularySize).toBe(272);
    expect([...(folder?.tensors.keys() ?? [])]).toContain('model.layers.1.self_attn.q_proj.bias');
    const [entry] = await listCache(tree);
    expect(entry).toMatchObject({ id, state: 'whole', at: '2026-11-22T00:00:00Z' });
    // Nothing else was taken, and every file at the commit.
    const files = hub.asked.filter((line) => line.includes('/resolve/'));
    expect(files.every((line) => line.includes(commit) && line.includes('bytes='))).toBe(true);
    expect(files.some((line) => line.includes('README'))).toBe(false);
  });

  it('is not fetched again when it is there', async () => {
    const { tree } = await attempt();
    hub.asked.length = 0;
    await attempt({ tree });
    expect(hub.asked.filter((line) => line.includes('model.safetensors'))).toHaveLength(2);
  });

  it('may be asked for by its commit', async () => {
    expect((await attempt({ revision: commit })).error).toBeNull();
  });

  it('goes on behind the bytes that came before the answer broke off', async () => {
    hub.faults = [{ of: 'xet-bridge-us', kind: 'cut-off', bytes: 1000, times: 2 }];
    // The first two are spent on the header; the import meets the next.
    const first = await attempt();
    expect(first.error).toBeNull();
    hub.faults = [{ of: 'xet-bridge-us', kind: 'cut-off', bytes: 5000, times: 1 }];
    const { error, notices, tree } = await attempt();
    expect(error).toBeNull();
    expect(notices[0]).toContain('broke off');
    expect(hub.asked.some((line) => line.includes('bytes=5000-'))).toBe(true);
    expect(await statesOf(tree)).toEqual(['whole']);
  });

  it('that was stopped at half goes on there in another session, from what lies on the disk', async () => {
    const tree = memoryTree();
    const stop = new AbortController();
    hub.faults = [{ of: 'xet-bridge-us', kind: 'slow', bytes: 2_000_000 }];
    const { error } = await attempt({
      tree,
      signal: stop.signal,
      onBytes: (done, total) => done > total / 2 && stop.abort(),
    });
    expect((error as Error).name).toBe('AbortError');
    expect(await statesOf(tree)).toEqual(['unfinished']);
    expect(await cachedModel(tree, id)).toBeNull();
    hub.faults = [];
    hub.asked.length = 0;
    expect((await attempt({ tree })).error).toBeNull();
    const last = hub.asked.filter((line) => line.includes('xet-bridge-us')).at(-1) ?? '';
    expect(Number(/bytes=(\d+)-/.exec(last)?.[1])).toBeGreaterThan(weights.length / 4);
    expect(await statesOf(tree)).toEqual(['whole']);
  });

  it('starts a file over that changed on the host, and says so', async () => {
    const tree = memoryTree();
    const stop = new AbortController();
    hub.faults = [{ of: 'xet-bridge-us', kind: 'slow', bytes: 2_000_000 }];
    await attempt({ tree, signal: stop.signal, onBytes: (done, total) => done > total / 2 && stop.abort() });
    hub.faults = [];
    // Header read, then the tag of the part: another than that of the bytes on the disk.
    const world = testWorld(hub.endpoint);
    const signal = new AbortController().signal;
    const source = await openHubModel(world, { repo, revision: 'main' }, { signal });
    hub.faults = [{ of: 'xet-bridge-us', kind: 'other-tag', times: 1 }];
    const notices: string[] = [];
    const today = () => '2026-11-22T00:00:00Z';
    await importModel({ tree, sha256: world.sha256, today }, source, {
      signal,
      onNotice: (words) => notices.push(words),
    });
    expect(notices[0]).toBe(
      'model.safetensors of Test/Tiny changed on the host while it was being read: it starts over',
    );
    expect(await statesOf(tree)).toEqual(['whole']);
  });

  it('starts a file over whose bytes on the disk were damaged', async () => {
    const tree = memoryTree();
    const stop = new AbortController();
    hub.faults = [{ of: 'xet-bridge-us', kind: 'slow', bytes: 2_000_000 }];
    await attempt({ tree, signal: stop.signal, onBytes: (done, total) => done > total / 2 && stop.abort() });
    hub.faults = [];
    const part = [...tree.content.values()][0]?.get('model.safetensors.part');
    if (!part) throw new Error('no part');
    part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
    const { error, notices } = await attempt({ tree });
    expect(error).toBeNull();
    expect(notices.join()).toContain('its hash differs');
    const whole = [...tree.content.values()][0]?.get('model.safetensors') ?? new Uint8Array();
    expect(createHash('sha256').update(whole).digest('hex')).toBe(createHash('sha256').update(weights).digest('hex'));
  });

  it('waits as long as Retry-After says', async () => {
    hub.faults = [{ of: '/resolve/', kind: 'busy', retryAfter: 7, times: 2 }];
    const { error, waited, notices } = await attempt();
    expect(error).toBeNull();
    expect(waited).toEqual([7000, 7000]);
    expect(notices[0]).toBe('config.json of Test/Tiny: too many requests (429); once more in 7 s');
  });

  it('may be deleted, and is then not there', async () => {
    const { tree } = await attempt();
    const [entry] = await listCache(tree);
    await deleteEntry(tree, entry?.folder ?? '');
    expect(await cachedModel(tree, id)).toBeNull();
    expect(await listCache(tree)).toEqual([]);
  });
});

describe('a fault of an import', () => {
  const cases: readonly (readonly [string, Fault, RegExp])[] = [
    ['404', { of: '/api/models', kind: 'missing' }, /no such file \(404\)/],
    ['401', { of: '/api/models', kind: 'unauthorised' }, /401: there is no such repository, or it is private/],
    ['gated', { of: '/resolve/', kind: 'gated' }, /accept terms first/],
    ['429 without end', { of: '/api/models', kind: 'busy' }, /too many requests \(429\); tried 6 times/],
    ['429 for an hour', { of: '/api/models', kind: 'busy', retryAfter: 3600 }, /come back in 60 minutes/],
    ['503', { of: '/api/models', kind: 'broken' }, /answered 503; tried 6 times/],
    ['HTML for the listing', { of: '/api/models', kind: 'html' }, /a web page came in place of the file/],
    ['HTML for the weights', { of: 'xet-bridge-us', kind: 'html' }, /a web page came in place of the file/],
    [
      'Range ignored',
      { of: 'xet-bridge-us', kind: 'range-ignored' },
      /sent the whole file in place of a part|bytes asked for/,
    ],
    ['a size that differs', { of: '/api/models', kind: 'shorter' }, /it has \d+ bytes, the hub lists \d+|whole file/],
    ['wrong bytes', { of: 'xet-bridge-us', kind: 'flipped' }, /its hash differs/],
    [
      'a tokenizer with wrong bytes',
      { of: 'resolve-cache/models/Test/Tiny/' + commit + '/tokenizer.json', kind: 'flipped' },
      /tokenizer.json.*hash differs/,
    ],
    [
      'cut off without end',
      { of: 'xet-bridge-us', kind: 'cut-off', bytes: 0 },
      /(broke off|terminated|no answer).*tried 6 times/,
    ],
  ];
  it.each(cases)('%s gives its message and leaves nothing that is taken for whole', async (_name, fault, message) => {
    hub.faults = [{ ...fault }];
    const { tree, error } = await attempt();
    expect(error).toBeInstanceOf(HubError);
    expect(messageOf(error)).toMatch(message);
    expect(messageOf(error)).not.toContain('\n');
    expect(await statesOf(tree)).not.toContain('whole');
    expect(await cachedModel(tree, id)).toBeNull();
    hub.faults = [];
    expect((await attempt({ tree })).error).toBeNull();
    expect(await statesOf(tree)).toEqual(['whole']);
  });

  it('silence is given up after 30 s', async () => {
    hub.faults = [{ of: 'resolve-cache', kind: 'silent' }];
    const { error } = await attempt({ silenceMs: 5 });
    expect(messageOf(error)).toMatch(/config.json of Test\/Tiny: nothing came for 30 s; tried 6 times/);
  });

  it('no host at all', async () => {
    const world = testWorld('http://127.0.0.1:9');
    await expect(
      openHubModel(world, { repo, revision: 'main' }, { signal: new AbortController().signal }),
    ).rejects.toThrow(/Test\/Tiny at main: there was no answer .* tried 6 times/);
  });

  it('a full disk keeps what was written', async () => {
    const tree = memoryTree(100_000);
    const { error } = await attempt({ tree });
    expect(messageOf(error)).toBe('the disk is full');
    expect(await statesOf(tree)).toEqual(['unfinished']);
    tree.room = Infinity;
    expect((await attempt({ tree })).error).toBeNull();
  });

  it('weights that do not fit the config are refused before they are fetched', async () => {
    const text = new TextDecoder().decode(repository.get('config.json'));
    const other = new TextEncoder().encode(text.replace('"num_hidden_layers": 2', '"num_hidden_layers": 3'));
    hub.repositories.set(repo, new Map([...repository, ['config.json', other]]));
    const { error, tree } = await attempt();
    expect(messageOf(error)).toMatch(/12 of the tensors do not fit config.json|is missing/);
    expect(await listCache(tree)).toEqual([]);
  });

  it('a header that claims more than the file has is refused', async () => {
    const hostile = weights.slice();
    new DataView(hostile.buffer).setBigUint64(0, 1n << 40n, true);
    hub.repositories.set(repo, new Map([...repository, ['model.safetensors', hostile]]));
    expect(messageOf((await attempt()).error)).toMatch(/the header claims 1099511627776 bytes/);
  });

  it.each(['../etc', 'a/b/c', 'https://huggingface.co/a/b', 'a/..'])('%s is no id', async (name) => {
    expect(messageOf((await attempt({ repo: name })).error)).toMatch(/is not allowed; allowed: an id of the hub/);
    expect(hub.asked).toEqual([]);
  });

  it('a repository without safetensors says what it has', async () => {
    const other = new Map(repository);
    other.delete('model.safetensors');
    other.set('pytorch_model.bin', new Uint8Array(10));
    hub.repositories.set(repo, other);
    expect(messageOf((await attempt()).error)).toMatch(/has weights as bin, but no model.safetensors/);
  });

  it('a folder whose file was cut afterwards is unfinished, and is mended by importing it again', async () => {
    const { tree } = await attempt();
    const files = [...tree.content.values()][0];
    files?.set('tokenizer.json', new Uint8Array(3));
    expect(await statesOf(tree)).toEqual(['unfinished']);
    expect(await cachedModel(tree, id)).toBeNull();
    expect((await attempt({ tree })).error).toBeNull();
    expect(await statesOf(tree)).toEqual(['whole']);
  });
});
