/** The files of a benchmark: little-endian arrays without header, and a model as two files. */
import { InputError } from '../lib/errors';
import type { ModelConfig } from '../model/config';
import { readModelFolder, type ModelFolder } from '../model/folder';
import type { BenchModel } from './spec';

/** Fetches a URL (in Node also a path). Rejects when it is not there. */
export type ReadFile = (location: string) => Promise<Uint8Array>;

/** `count` float32 from a file. Throws `InputError` when it holds another number of them. */
export async function readFloats(read: ReadFile, file: string, count: number): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await readWords(read, file, count));
}

export async function readIntegers(read: ReadFile, file: string, count: number): Promise<Int32Array> {
  return new Int32Array(await readWords(read, file, count));
}

async function readWords(read: ReadFile, file: string, count: number): Promise<ArrayBuffer> {
  const bytes = await read(file);
  if (bytes.byteLength !== count * 4) throw new InputError(file, `${bytes.byteLength} bytes`, `${count * 4} bytes`);
  // copied: a view may begin at any byte
  return new Uint8Array(bytes).buffer;
}

/** A model from its two files, with the benchmark's constants, endless (no token ends a sequence) and with room for
 * `tokens` positions. */
export async function readBenchModel(
  read: ReadFile,
  files: { readonly config: string; readonly weights: string },
  constants: BenchModel,
  tokens: number,
): Promise<{ readonly config: ModelConfig; readonly tensors: ModelFolder['tensors'] }> {
  const locations = new Map([
    ['config.json', files.config],
    ['model.safetensors', files.weights],
  ]);
  const bytesOf = (path: string) => {
    const location = locations.get(path);
    if (location === undefined) throw new InputError('file', path, [...locations.keys()].join(', '));
    return read(location);
  };
  const { config, tensors } = await readModelFolder({
    name: files.weights,
    exists: async (path) => locations.has(path),
    readText: async (path) => new TextDecoder().decode(await bytesOf(path)),
    readBytes: bytesOf,
  });
  const maxPositions = Math.max(config.maxPositions, tokens);
  const { ropeTheta, rmsEps } = constants;
  return { config: { ...config, ropeTheta, rmsNormEps: rmsEps, eosTokenIds: [], maxPositions }, tensors };
}

/** Rows of `width` values, as plain lists. */
export function rowsOfTokens(values: Int32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}
