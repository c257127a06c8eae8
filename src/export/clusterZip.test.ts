import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { parseExperiment } from '../experiment/parseExperiment';
import { buildCatalogue } from '../trainer/catalogue';
import { clusterZip, type ClusterRequest } from './clusterZip';

const catalogue = buildCatalogue();
const request = (given: object = {}, rest: Partial<ClusterRequest> = {}): ClusterRequest => ({
  experiment: parseExperiment({ model: 'countdown3-tiny', task: { name: 'addition' }, ...given }, catalogue),
  framework: 'trl',
  address: 'https://page.test/play/',
  base: 'https://page.test/play/index.html',
  fetch: (url) => Promise.resolve(new Response(`content of ${url.href}`)),
  ...rest,
});

it('holds package, configuration, data and the shipped base', async () => {
  const zip = await clusterZip(request());
  if (!zip.ok) throw new Error(zip.reason);
  const files = unzipSync(zip.value);
  const text = (path: string) => new TextDecoder().decode(files[path]);
  expect(text('model/config.json')).toBe('content of https://page.test/play/models/countdown3-tiny/config.json');
  expect(text('README.md')).toContain('<https://page.test/play/#v1.');
  expect(text('settings.py')).toContain('MODEL = "model"');
  expect(text('data/train.jsonl').trim().split('\n')).toHaveLength(8000);
});

it('asks nobody for a model of the hub', async () => {
  const fetch = () => Promise.reject(new Error('asked'));
  const zip = await clusterZip(request({ model: 'Qwen/Qwen2.5-0.5B' }, { fetch }));
  expect(zip.ok).toBe(true);
});

it('says what the framework cannot express', async () => {
  const zip = await clusterZip(request({ objective: { algorithm: 'ppo' } }));
  expect(zip).toMatchObject({ ok: false, reason: expect.stringContaining('objective.algorithm') as unknown });
});

it('says which file did not come', async () => {
  const missing = await clusterZip(request({}, { fetch: () => Promise.resolve(new Response('', { status: 404 })) }));
  const offline = await clusterZip(request({}, { fetch: () => Promise.reject(new TypeError('network')) }));
  for (const zip of [missing, offline])
    expect(zip).toMatchObject({ ok: false, reason: expect.stringContaining('models/countdown3-tiny/') as unknown });
});
