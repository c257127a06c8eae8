/** The part of the stand-in that signs in and takes uploads, as `@huggingface/hub` 2.17 asks for it: OAuth with PKCE, new repositories, LFS by plain PUT,
 * commits. (The hub itself hands large files to its xet storage.) */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const VISITOR = 'visitor';

export interface UploadPlaces {
  readonly repositories: Map<string, ReadonlyMap<string, Uint8Array>>;
  /** Where the hub itself is, and where large files go. */
  readonly origin: string;
  readonly storage: string;
}

interface CommitLine {
  readonly key: string;
  readonly value: { readonly path?: string; readonly content?: string; readonly oid?: string };
}

export class StandInUploads {
  /** By code: what the verifier must hash to. */
  private readonly challenges = new Map<string, { readonly challenge: string; readonly redirect: string }>();
  private readonly tokens = new Set<string>();
  private readonly objects = new Map<string, Uint8Array>();

  /** False where the request is none of these. */
  async respond(request: IncomingMessage, response: ServerResponse, url: URL, places: UploadPlaces): Promise<boolean> {
    const { pathname: path, searchParams: query } = url;
    const json = (value: object, status = 200): true => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      return true;
    };
    if (request.method === 'OPTIONS') {
      response
        .writeHead(204, {
          'Access-Control-Allow-Methods': 'GET, POST, PUT',
          'Access-Control-Allow-Headers': '*, Authorization',
        })
        .end();
      return true;
    }
    switch (path) {
      case '/.well-known/openid-configuration':
        return json({
          authorization_endpoint: `${places.origin}/oauth/authorize`,
          token_endpoint: `${places.origin}/oauth/token`,
          userinfo_endpoint: `${places.origin}/oauth/userinfo`,
        });
      case '/oauth/authorize': {
        const [code, redirect] = [randomUUID(), query.get('redirect_uri') ?? ''];
        this.challenges.set(code, { challenge: query.get('code_challenge') ?? '', redirect });
        const back = new URL(redirect);
        back.searchParams.set('code', code);
        back.searchParams.set('state', query.get('state') ?? '');
        response.writeHead(302, { Location: back.href }).end();
        return true;
      }
      case '/oauth/token': {
        const form = new URLSearchParams((await bodyOf(request)).toString('utf8'));
        const asked = this.challenges.get(form.get('code') ?? '');
        const hash = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (asked?.challenge !== hash || asked.redirect !== form.get('redirect_uri'))
          return json({ error: 'invalid_grant' }, 400);
        const token = `hf_oauth_${randomUUID()}`;
        this.tokens.add(token);
        return json({ access_token: token, expires_in: 3600, id_token: '', scope: 'openid', token_type: 'bearer' });
      }
      default:
    }
    const upload = /^\/lfs-upload\/([0-9a-f]{64})$/.exec(path);
    if (upload && request.method === 'PUT') {
      const bytes = await bodyOf(request);
      const oid = createHash('sha256').update(bytes).digest('hex');
      if (oid !== upload[1]) return json({ error: 'wrong content' }, 400);
      this.objects.set(oid, bytes);
      return json({});
    }
    const signedIn = this.tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''));
    const repository = /^\/api\/models\/([^/]+\/[^/]+)\/(preupload|commit)\/main$/.exec(path);
    const batch = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(path);
    const known = path === '/oauth/userinfo' || path === '/api/repos/create' || repository !== null || batch !== null;
    if (!known) return false;
    if (!signedIn) return json({ error: 'Invalid username or password.' }, 401);
    if (path === '/oauth/userinfo') return json({ sub: '1', preferred_username: VISITOR, name: 'A visitor' });
    const body = (await bodyOf(request)).toString('utf8');
    if (path === '/api/repos/create') {
      const { name, organization } = JSON.parse(body) as { readonly name: string; readonly organization: string };
      const id = `${organization}/${name}`;
      if (places.repositories.has(id)) return json({ error: 'You already created this model repo' }, 409);
      places.repositories.set(id, new Map());
      return json({ url: `${places.origin}/${id}`, id });
    }
    if (batch) {
      const { objects } = JSON.parse(body) as {
        readonly objects: readonly { readonly oid: string; readonly size: number }[];
      };
      const actions = (oid: string) => ({ upload: { href: `${places.storage}/lfs-upload/${oid}` } });
      return json({
        transfer: 'basic',
        objects: objects.map(({ oid, size }) => ({ oid, size, actions: actions(oid) })),
      });
    }
    const [, id = '', what] = repository ?? [];
    const stored = places.repositories.get(id);
    if (!stored) return json({ error: 'Repository not found' }, 404);
    if (what === 'preupload') {
      const { files } = JSON.parse(body) as { readonly files: readonly { readonly path: string }[] };
      const mode = (file: string) => (file.endsWith('.safetensors') ? 'lfs' : 'regular');
      return json({ files: files.map((file) => ({ path: file.path, uploadMode: mode(file.path) })) });
    }
    const lines = body.split('\n').map((line) => JSON.parse(line) as CommitLine);
    const added = lines.flatMap(({ key, value: { path: file = '', content = '', oid = '' } }) => {
      if (key === 'file') return [[file, Buffer.from(content, 'base64')] as const];
      const bytes = this.objects.get(oid);
      return key === 'lfsFile' && bytes ? [[file, bytes] as const] : [];
    });
    places.repositories.set(id, new Map([...stored, ...added]));
    return json({
      success: true,
      commitOid: '0'.repeat(40),
      commitUrl: `${places.origin}/${id}/commit/main`,
      hookOutput: '',
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
