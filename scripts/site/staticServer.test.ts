import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './headers.ts';
import { serve } from './staticServer.ts';

const root = mkdtempSync(join(tmpdir(), 'nsr-serve-'));
const folder = join(root, 'dist');
const script = `// ${'a long script '.repeat(1000)}\n`;
const weights = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) % 256);
let server: Server;
let address: string;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'assets/worker.js'), script);
  writeFileSync(join(folder, 'model.safetensors'), weights);
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(root, 'secret.txt'), 'secret');
  ({ server, address } = await serve(folder, 0));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As sent: nothing is decompressed, and the path goes out as it is written. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    request({ hostname, port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the static server', () => {
  it('sends page, worker and what is missing with policy and nosniff', async () => {
    for (const [path, status] of [
      ['/', 200],
      ['/assets/worker.js', 200],
      ['/nothing.json', 404],
    ] as const) {
      const answer = await ask(path);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
  ] as const)('compresses text for %s by %s', async (accepted, encoding, decompress) => {
    const { headers, body } = await ask('/assets/worker.js', { 'Accept-Encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('Accept-Encoding');
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.length).toBeLessThan(script.length / 10);
    expect(decompress(body).toString()).toBe(script);
  });

  it.each([
    ['/assets/worker.js', 'identity'],
    ['/assets/worker.js', ''],
    ['/assets/worker.js', 'gzip;q=0'],
    ['/model.safetensors', 'br, gzip'],
    ['/', 'br, gzip'],
  ])('sends %s for "%s" as it is', async (path, accepted) => {
    const { headers, body } = await ask(path, { 'Accept-Encoding': accepted });
    expect(headers['content-encoding']).toBeUndefined();
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  it('sends a changed file, not the compressed one before it', async () => {
    const file = join(folder, 'changing.js');
    for (const text of [script, script.replaceAll('long', 'short')]) {
      writeFileSync(file, text);
      const { body } = await ask('/changing.js', { 'Accept-Encoding': 'br' });
      expect(brotliDecompressSync(body).toString()).toBe(text);
    }
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    ['bytes=4990-', 4990, 4999],
    ['bytes=4990-9999', 4990, 4999],
    ['bytes=-10', 4990, 4999],
    ['bytes=-9999', 0, 4999],
  ])('sends the part %s', async (range, first, last) => {
    const { status, headers, body } = await ask('/model.safetensors', { Range: range, 'Accept-Encoding': 'br' });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${first}-${last}/5000`);
    expect(Uint8Array.from(body)).toEqual(weights.slice(first, last + 1));
  });

  it('sends parts of text uncompressed', async () => {
    const { status, headers, body } = await ask('/assets/worker.js', { Range: 'bytes=3-7', 'Accept-Encoding': 'br' });
    expect([status, headers['content-encoding'], body.toString()]).toEqual([206, undefined, script.slice(3, 8)]);
  });

  it.each(['bytes=5000-', 'bytes=9999-99999', 'bytes=-0'])('has no part %s', async (range) => {
    const { status, headers } = await ask('/model.safetensors', { Range: range });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */5000']);
  });

  it.each(['bytes=5-1', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=-', 'nonsense'])('ignores the range %s', async (range) => {
    const { status, body } = await ask('/model.safetensors', { Range: range });
    expect([status, body.length]).toEqual([200, 5000]);
  });

  it('sends all when the file is no longer the one of If-Range', async () => {
    const { headers } = await ask('/model.safetensors');
    const part = { Range: 'bytes=0-9' };
    expect((await ask('/model.safetensors', { ...part, 'If-Range': String(headers.etag) })).status).toBe(206);
    expect((await ask('/model.safetensors', { ...part, 'If-Range': '"other"' })).status).toBe(200);
  });

  it('answers 304 to the tag that it sent, by encoding', async () => {
    const tag = async (accepted: string) =>
      String((await ask('/assets/worker.js', { 'Accept-Encoding': accepted })).headers.etag);
    const again = async (accepted: string, known: string) =>
      (await ask('/assets/worker.js', { 'Accept-Encoding': accepted, 'If-None-Match': known })).status;
    expect(await again('br', await tag('br'))).toBe(304);
    expect(await again('br', `W/${await tag('br')}, "other"`)).toBe(304);
    expect(await again('br', await tag('gzip'))).toBe(200);
  });

  it('answers HEAD as GET, without a body', async () => {
    for (const headers of [{}, { Range: 'bytes=0-9' }, { 'Accept-Encoding': 'gzip' }] as const) {
      const [get, head] = [await ask('/assets/worker.js', headers), await ask('/assets/worker.js', headers, 'HEAD')];
      expect(head.body.length).toBe(0);
      expect([head.status, head.headers['content-length']]).toEqual([get.status, get.headers['content-length']]);
    }
  });

  it('sends an empty file', async () => {
    expect(await ask('/empty.txt')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it.each([
    ['/../secret.txt', 'GET', 404],
    ['/%2e%2e/secret.txt', 'GET', 404],
    ['/..%2fsecret.txt', 'GET', 404],
    ['/%00', 'GET', 404],
    ['/%', 'GET', 404],
    ['/assets', 'GET', 404],
    ['/', 'POST', 405],
  ])('refuses %s by %s with %i', async (path, method, status) => {
    const answer = await ask(path, {}, method);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).not.toContain('secret');
  });
});

describe('the policy', () => {
  it.each(['index.html', 'public/_headers', 'docs/deploy.md'])('is the same in %s', (file) => {
    expect(readFileSync(file, 'utf8').replace(/\\"/g, '"')).toContain(contentSecurityPolicy);
  });
});
