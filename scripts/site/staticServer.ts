import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { parseRange } from './byteRange.ts';
import { chooseEncoding, CompressedFiles } from './compression.ts';
import { securityHeaders } from './headers.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.jsonl': 'application/x-ndjson',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Serves a folder on 127.0.0.1 as a good static host does: compressed, in parts where asked, revalidated by its tag, with
 * the security headers of headers.ts on every file. What is missing is a 404, never index.html, because a tokenizer or a
 * model that is not there must look missing. Port 0 takes a free one. */
export async function serve(
  folder: string,
  port: number,
): Promise<{ readonly server: Server; readonly address: string }> {
  const compressedFiles = new CompressedFiles();
  const server = createServer((request, response) => {
    respond(folder, compressedFiles, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  return { server, address: `http://127.0.0.1:${bound.port}/` };
}

async function respond(
  folder: string,
  compressedFiles: CompressedFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain', ...headers });
    response.end(request.method === 'HEAD' ? undefined : `${reason}\n`);
  };
  const { method, headers: asked } = request;
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'only GET and HEAD', { Allow: 'GET, HEAD' });
  const file = locate(folder, request.url ?? '/');
  const status = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file === null || status?.isFile() !== true) return refuse(404, 'not found');

  const { size } = status;
  const version = `${size.toString(36)}-${Math.floor(status.mtimeMs).toString(36)}`;
  // A part is one of the file's own bytes; If-Range asks for all when the file has changed since.
  const own = `"${version}"`;
  const range = (asked['if-range'] ?? own) === own ? parseRange(asked.range, size) : 'whole';
  const encoding = range === 'whole' ? chooseEncoding(asked['accept-encoding'], file, size) : null;
  const tag = encoding === null ? own : `"${version}-${encoding}"`;
  const common = {
    ...securityHeaders,
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Cache-Control': 'no-cache',
    'Accept-Ranges': 'bytes',
    Vary: 'Accept-Encoding',
    ETag: tag,
  };
  if (asked['if-none-match']?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag) === true) {
    response.writeHead(304, common).end();
    return;
  }
  if (range === 'unsatisfiable')
    return refuse(416, 'no such part', { 'Content-Range': `bytes */${size}`, 'Accept-Ranges': 'bytes' });

  if (encoding !== null) {
    const bytes = await compressedFiles.get(file, version, encoding);
    response.writeHead(200, { ...common, 'Content-Encoding': encoding, 'Content-Length': bytes.length });
    response.end(method === 'HEAD' ? undefined : bytes);
    return;
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range;
  response.writeHead(range === 'whole' ? 200 : 206, {
    ...common,
    'Content-Length': last - first + 1,
    ...(range === 'whole' ? {} : { 'Content-Range': `bytes ${first}-${last}/${size}` }),
  });
  if (method === 'HEAD' || size === 0) response.end();
  else
    createReadStream(file, { start: first, end: last })
      .on('error', () => response.destroy())
      .pipe(response);
}

/** The file for a request path, null when the path leaves the folder. */
function locate(folder: string, url: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
  return file.startsWith(normalize(folder) + sep) ? file : null;
}
