/** A server that answers as the hub does (listing, `resolve` with its redirects, Range, ETag, CORS, X-Error-Code) with repositories that tests give it, and with
 * faults where they ask for them. What it imitates: https://huggingface.co/docs/hub/api and the headers in docs/models.md. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { StandInUploads } from './standInUploads.ts';
import { parseRange } from '../site/byteRange.ts';

export type Repository = ReadonlyMap<string, Uint8Array>;

/** What goes wrong with a request whose path holds `of`; `times`: so often, then no more. */
export interface Fault {
  readonly of: string;
  readonly kind:
    | 'missing'
    | 'unauthorised'
    | 'gated'
    | 'busy'
    | 'broken'
    | 'html'
    | 'range-ignored'
    | 'other-tag'
    | 'cut-off'
    | 'silent'
    | 'slow'
    | 'flipped'
    | 'shorter';
  times?: number;
  /** Of `busy`: Retry-After, seconds. */
  readonly retryAfter?: number;
  /** Of `cut-off` and `silent`: bytes of the body that come first; of `slow`: bytes a second. */
  readonly bytes?: number;
}

export interface StandIn {
  readonly server: Server;
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly repositories: Map<string, Repository>;
  /** In force for now. */
  faults: Fault[];
  /** Method, address and Range of what was asked, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly port?: number;
  /** Served over TLS, for a browser that takes it for the hub's own host; then the redirects lead to the hub's own hosts too. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const exposed =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';
const CDN = 'https://cas-bridge.xethub.hf.co';

/** Of a repository's content: another content, another commit. */
export function commitOf(repository: Repository): string {
  const hash = createHash('sha1');
  for (const [path, bytes] of [...repository].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(path).update(bytes);
  return hash.digest('hex');
}

/** As .gitattributes of the hub has it. */
const isLarge = (path: string): boolean => path.endsWith('.safetensors') || path.endsWith('.parquet');

export async function startStandIn({ port = 0, tls }: StandInOptions = {}): Promise<StandIn> {
  const repositories = new Map<string, Repository>();
  const state = { repositories, faults: [] as Fault[], asked: [] as string[] };
  const uploads = new StandInUploads();
  // Another origin, as the hub's is.
  const cdn = (): string => (tls ? CDN : standIn.endpoint.replace('127.0.0.1', 'localhost'));
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void respond(request, response).catch(() => response.destroy());
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  const standIn: StandIn = Object.assign(state, {
    server,
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${bound.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
  return standIn;

  function faultOf(path: string, kinds: readonly Fault['kind'][]): Fault | null {
    const fault = state.faults.find(({ of, kind, times }) => path.includes(of) && kinds.includes(kind) && times !== 0);
    if (fault?.times !== undefined) fault.times--;
    return fault ?? null;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://hub');
    const path = decodeURIComponent(url.pathname);
    state.asked.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', exposed);
    const end = (status: number, code: string, text: string): void => {
      if (code !== '') response.setHeader('X-Error-Code', code);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: text }));
    };
    const fault = faultOf(path, ['missing', 'unauthorised', 'gated', 'busy', 'broken', 'html']);
    switch (fault?.kind) {
      case 'missing':
        return end(404, 'EntryNotFound', 'Entry not found');
      case 'unauthorised':
        return end(401, '', 'Invalid username or password.');
      case 'gated':
        return end(403, 'GatedRepo', 'Access to this model is restricted.');
      case 'busy':
        if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
        return end(429, '', 'Too many requests');
      case 'broken':
        return end(503, '', 'Service unavailable');
      case 'html':
        response
          .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
          .end('<!doctype html><title>Sign in</title>');
        return;
      default:
    }
    const places = { repositories, origin: tls ? 'https://huggingface.co' : standIn.endpoint, storage: cdn() };
    if (await uploads.respond(request, response, url, places)) return;
    const listing = /^\/api\/(models|datasets)\/(.+)\/revision\/([^/]+)$/.exec(path);
    if (listing) return list(listing[2] ?? '', listing[3] ?? '');
    const resolve = /^\/(?:datasets\/)?(.+?)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path);
    if (resolve) return redirect(resolve[1] ?? '', resolve[2] ?? '', resolve[3] ?? '');
    const cached = /^\/(?:api\/resolve-cache\/models|xet-bridge-us)\/(.+)\/([0-9a-f]{40})\/(.+)$/.exec(path);
    if (cached) return send(cached[1] ?? '', cached[3] ?? '');
    return end(404, 'RepoNotFound', 'Repository not found');

    function list(repo: string, revision: string): void {
      const repository = repositories.get(repo);
      // The hub tells nobody whether a repository is private or not there.
      if (!repository) return end(401, 'RepoNotFound', 'Repository not found');
      const sha = commitOf(repository);
      if (revision !== 'main' && revision !== sha) return end(404, 'RevisionNotFound', 'Invalid rev id');
      const wrong = faultOf(path, ['shorter']) ? 1 : 0;
      const siblings = [...repository].map(([rfilename, bytes]) => {
        const size = bytes.length - (isLarge(rfilename) ? wrong : 0);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const lfs = isLarge(rfilename) ? { lfs: { sha256, size, pointerSize: 134 } } : {};
        return { rfilename, size, blobId: isLarge(rfilename) ? '0'.repeat(40) : gitBlobId(bytes), ...lfs };
      });
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ id: repo, modelId: repo, sha, private: false, gated: false, siblings }));
    }

    function redirect(repo: string, commit: string, file: string): void {
      const bytes = repositories.get(repo)?.get(file);
      if (!bytes) return end(404, 'EntryNotFound', 'Entry not found');
      const large = isLarge(file);
      response.setHeader('X-Repo-Commit', commit);
      response.setHeader('X-Linked-Size', bytes.length);
      response.setHeader('X-Linked-ETag', tagOf(file, bytes));
      const place = large
        ? `${cdn()}/xet-bridge-us/${repo}/${commit}/${file}?X-Amz-Expires=3600`
        : `/api/resolve-cache/models/${repo}/${commit}/${file}`;
      response.writeHead(large ? 302 : 307, { Location: place }).end();
    }

    async function send(repo: string, file: string): Promise<void> {
      const stored = repositories.get(repo)?.get(file);
      if (!stored) return end(404, 'EntryNotFound', 'Entry not found');
      const bytes = faultOf(path, ['flipped']) ? flipped(stored) : stored;
      const whole = faultOf(path, ['range-ignored']) !== null;
      const range = whole ? 'whole' : parseRange(request.headers.range, bytes.length);
      if (range === 'unsatisfiable')
        return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
      const { first, last } = range === 'whole' ? { first: 0, last: bytes.length - 1 } : range;
      response.writeHead(range === 'whole' ? 200 : 206, {
        'Content-Type': 'application/octet-stream',
        'Accept-Ranges': 'bytes',
        'Content-Length': last - first + 1,
        ETag: faultOf(path, ['other-tag']) ? '"another"' : tagOf(file, stored),
        ...(range === 'whole' ? {} : { 'Content-Range': `bytes ${first}-${last}/${bytes.length}` }),
      });
      const body = bytes.subarray(first, last + 1);
      const broken = faultOf(path, ['cut-off', 'silent', 'slow']);
      switch (broken?.kind) {
        case 'cut-off':
          response.write(body.subarray(0, broken.bytes ?? 0), () => response.socket?.destroy());
          return;
        case 'silent':
          response.write(body.subarray(0, broken.bytes ?? 0));
          return;
        case 'slow':
          return trickle(body, broken.bytes ?? 1);
        default:
          response.end(body);
      }
    }

    async function trickle(body: Uint8Array, bytesPerSecond: number): Promise<void> {
      const piece = Math.max(1, Math.floor(bytesPerSecond / 20));
      for (let at = 0; at < body.length && !response.destroyed; at += piece) {
        response.write(body.subarray(at, at + piece));
        await new Promise((next) => setTimeout(next, 50));
      }
      response.end();
    }
  }
}

const tagOf = (path: string, bytes: Uint8Array): string =>
  `"${isLarge(path) ? createHash('sha256').update(bytes).digest('hex') : gitBlobId(bytes)}"`;

const gitBlobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
