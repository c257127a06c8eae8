/** Files compressed once for each encoding, when first asked for, and again when they have changed. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

/** Text. Weights are as good as random and pictures are compressed already. */
const compressed = new Set(['.css', '.html', '.js', '.json', '.jsonl', '.map', '.md', '.svg', '.wasm', '.webmanifest']);
/** Shorter files gain nothing, bytes. */
const shortest = 1024;

/** The best encoding that the client takes and the file gains from; null for none. */
export function chooseEncoding(accepted: string | undefined, file: string, size: number): Encoding | null {
  if (size < shortest || !compressed.has(extname(file))) return null;
  const taken = new Map(
    (accepted ?? '').split(',').map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((one) => one.startsWith('q='));
      return [name, quality === undefined || Number(quality.slice(2)) > 0] as const;
    }),
  );
  return (['br', 'gzip'] as const).find((name) => taken.get(name) ?? taken.get('*') ?? false) ?? null;
}

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  // 5 of 11: a few milliseconds for a script; 11 would take seconds for the first visitor.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

export class CompressedFiles {
  private readonly kept = new Map<string, { readonly version: string; readonly bytes: Promise<Buffer> }>();

  /** `version` changes whenever the file does. */
  get(file: string, version: string, encoding: Encoding): Promise<Buffer> {
    const key = `${encoding} ${file}`;
    const known = this.kept.get(key);
    if (known?.version === version) return known.bytes;
    const bytes = readFile(file).then(compress[encoding]);
    this.kept.set(key, { version, bytes });
    // What failed is tried again the next time.
    bytes.catch(() => this.kept.delete(key));
    return bytes;
  }
}
