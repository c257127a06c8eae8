import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitOf, startStandIn, type StandIn } from '../../scripts/hub/standIn';
import { tinyRepository } from '../../scripts/hub/tinyRepository';
import { nsrBeside, resultOf, temporaryFolder, writeJson, type Outcome } from './nsr.fixture';

const repo = 'Test/Tiny';
const repository = tinyRepository();
const model = `${repo}@${commitOf(repository)}`;
const cache = temporaryFolder();
const work = temporaryFolder();
let hub: StandIn;

beforeAll(async () => {
  hub = await startStandIn();
  hub.repositories.set(repo, repository);
});
afterAll(() => hub.close());

const nsr = (...args: readonly string[]): Promise<Outcome> =>
  nsrBeside({ HF_ENDPOINT: hub.endpoint, XDG_CACHE_HOME: cache }, ...args);

const experiment = {
  model,
  adapter: { rank: 4 },
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 8 },
  batch: { promptsPerStep: 4, groupSize: 4, updatesPerRollout: 1 },
  evaluation: { method: 'sampled', problems: 4, samples: 4, every: 0 },
  steps: 2,
};

describe('nsr pull', { timeout: 600_000 }, () => {
  it('fetches a model that train, resume and eval then open by its id', async () => {
    const unknown = await nsr('eval', '--model', model, '--task', 'countdown');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain(`nsr pull --model ${model}`);

    hub.faults = [{ of: 'xet-bridge-us', kind: 'cut-off', bytes: 300_000, times: 1 }];
    const pulled = await nsr('pull', '--model', repo);
    expect(pulled.stderr).toContain('of memory');
    const { model: id, files } = resultOf(pulled) as { model: string; files: string[] };
    expect(id).toBe(model);
    expect(files).toEqual(expect.arrayContaining(['config.json', 'model.safetensors']));

    const out = join(work, 'run');
    const file = writeJson(work, 'experiment.json', experiment);
    const trained = await nsr('train', '--experiment', file, '--out', out);
    expect(trained.status, trained.stderr).toBe(0);
    const rows = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
    expect(rows.filter((row) => row.includes('"gradNorm"') || row.includes('"step"')).length).toBeGreaterThanOrEqual(2);
    expect(existsSync(join(out, 'result.json'))).toBe(true);

    const evaluated = await nsr('eval', '--model', model, '--task', 'countdown', '--problems', '2', '--samples', '2');
    expect(evaluated.status, evaluated.stderr).toBe(0);

    const short = await nsr('eval', '--model', repo, '--task', 'countdown');
    expect(short.stderr).toContain(model);
  });

  it('lists what is there, does not open what was cut, and deletes', async () => {
    const listed = resultOf(await nsr('pull', '--list')) as {
      folder: string;
      models: { model: string; state: string }[];
    };
    expect(listed.models).toMatchObject([{ model, state: 'whole' }]);
    truncateSync(join(listed.folder, model.replace('/', '+'), 'model.safetensors'), 1000);
    expect(resultOf(await nsr('pull', '--list'))).toMatchObject({ models: [{ state: 'unfinished' }] });
    expect((await nsr('eval', '--model', model, '--task', 'countdown')).status).toBe(2);
    expect(resultOf(await nsr('pull', '--delete', model))).toMatchObject({ deleted: model });
    expect(resultOf(await nsr('pull', '--list'))).toMatchObject({ models: [] });
  });

  it('says in one line what is wrong', async () => {
    const missing = await nsr('pull', '--model', 'Test/Nothing');
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain('there is no such repository, or it is private');
    const bad = await nsr('pull', '--model', '../x');
    expect(bad.status).toBe(2);
  });
});
