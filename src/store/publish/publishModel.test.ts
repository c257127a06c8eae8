import { afterAll, expect, it } from 'vitest';
import { oauthHandleRedirect, oauthLoginUrl } from '@huggingface/hub';
import { startStandIn } from '../../../scripts/hub/standIn';
import { VISITOR } from '../../../scripts/hub/standInUploads';
import { publishModel, repositoryName, type Publication } from './publishModel';

const hub = await startStandIn();
afterAll(() => hub.close());

/** As the page does it, without a window: the hub's stand-in grants at once. */
async function token(): Promise<string> {
  const kept: { codeVerifier?: string; nonce?: string } = {};
  const redirectUrl = 'http://page/signed-in.html';
  const options = { clientId: 'app', hubUrl: hub.endpoint, redirectUrl, localStorage: kept };
  const granted = await fetch(await oauthLoginUrl(options), { redirect: 'manual' });
  const redirectedUrl = granted.headers.get('Location') ?? '';
  const { codeVerifier = '', nonce = '' } = kept;
  const { accessToken } = await oauthHandleRedirect({ hubUrl: hub.endpoint, redirectedUrl, codeVerifier, nonce });
  return accessToken;
}

const publication = (changes: Partial<Publication>): Publication => ({
  account: { name: VISITOR, token: '' },
  repository: 'first',
  visibility: 'private',
  files: [
    { path: 'README.md', content: new Blob(['# card\n']) },
    { path: 'model.safetensors', content: new Blob([new Uint8Array(100_000).fill(7)]) },
  ],
  title: 'a run',
  hubUrl: hub.endpoint,
  onProgress: () => undefined,
  ...changes,
});

it('makes a repository with every file in it, weights apart, and writes to none that is there', async () => {
  const told: string[] = [];
  const account = { name: VISITOR, token: await token() };
  const pushed = await publishModel(publication({ account, onProgress: (words) => told.push(words) }));
  expect(pushed).toEqual({ ok: true, value: `${hub.endpoint}/${VISITOR}/first` });
  const files = hub.repositories.get(`${VISITOR}/first`);
  expect(new TextDecoder().decode(files?.get('README.md'))).toBe('# card\n');
  expect(files?.get('model.safetensors')).toEqual(Buffer.alloc(100_000, 7));
  expect(told).toContain('model.safetensors: uploading, 100 %');
  const again = await publishModel(publication({ account, files: [] }));
  expect(again).toMatchObject({
    ok: false,
    reason: { signedOut: false, message: expect.stringContaining('another name') as string },
  });
  expect(hub.repositories.get(`${VISITOR}/first`)?.size).toBe(2);
});

it('says when the hub does not know the account, and when it does not answer', async () => {
  const unknown = await publishModel(publication({ repository: 'second' }));
  expect(unknown).toMatchObject({ ok: false });
  const forgotten = await publishModel(
    publication({ repository: 'second', account: { name: VISITOR, token: 'hf_oauth_gone' } }),
  );
  expect(forgotten).toMatchObject({ ok: false, reason: { signedOut: true } });
  const gone = await publishModel(publication({ hubUrl: 'http://127.0.0.1:9' }));
  expect(gone).toMatchObject({ ok: false, reason: { signedOut: false } });
});

it('makes a name that the hub takes of any words', () => {
  expect(repositoryName('countdown3-A-CW-NSR (β = 2)')).toBe('countdown3-A-CW-NSR-2');
  expect(repositoryName('..a--b..')).toBe('a-b');
});
