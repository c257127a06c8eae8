/** The safetensors file format, read as strictly as its reference implementation does: 8 bytes little-endian header
 * length, a JSON header, then the tensors' bytes, which must tile the rest of the file without hole or overlap.
 * Tensor names are data: they are only ever keys of a Map. */
import { describeValue, oneLine } from '../lib/errors';
import { invariant } from '../lib/invariant';
import { parseBoundedJson } from '../lib/boundedJson';
import { FileFormatError } from './fileError';
import { bfloat16ToFloat32, float16ToFloat32 } from './halfFloat';
import { hasDuplicateKeys } from './jsonKeys';

const bytesPerElement = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['I64', 8],
  ['U64', 8],
  ['F64', 8],
]);

/** The reference implementation's cap. */
const longestHeader = 100_000_000;
/** Bytes that hold the header of most files. */
const usualHeader = 262_144;
const headerLimits = { characters: longestHeader, depth: 8, keys: 5_000_000, items: 10_000_000, string: longestHeader };
/** Sizes of a shape; no tensor of any framework has as many. */
const highestRank = 64;

export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** Reads and checks the header. `bytes` must hold at least the header; `fileLength` is the whole file's length in
 * bytes; `file` names it in errors. Throws `FileFormatError`. */
export function readSafetensorsHeader(bytes: Uint8Array, file: string, fileLength = bytes.length): SafetensorsHeader {
  const fail = (problem: string): never => {
    throw new FileFormatError(file, problem);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes are too few for a safetensors file`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    return fail(`the header claims ${length} bytes; at most ${longestHeader} are allowed`);
  const dataStart = 8 + Number(length);
  if (dataStart > fileLength || dataStart > bytes.length)
    return fail(`the header claims ${length} bytes, past the end`);

  const header = parseHeader(bytes.subarray(8, dataStart), fail);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isObject(value)) return fail('__metadata__ is not an object');
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string') return fail(`__metadata__.${shown(key)} is not a string`);
        metadata.set(key, text);
      }
    } else {
      tensors.set(name, readEntry(name, value, dataStart, fail));
    }
  }
  checkTiling(tensors, dataStart, fileLength, fail);
  return { metadata, tensors };
}

/** Reads the header through `read`, which gives bytes [begin, end) of a file of `fileLength` bytes. Throws as `readSafetensorsHeader` does. */
export async function fetchSafetensorsHeader(
  read: (begin: number, end: number) => Promise<Uint8Array>,
  file: string,
  fileLength: number,
): Promise<SafetensorsHeader> {
  const first = await read(0, Math.min(fileLength, usualHeader));
  // What is too short or claims too much is refused by the reader of headers.
  const claimed = first.length < 8 ? 0n : new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  const end = claimed > BigInt(longestHeader) ? 0 : Math.min(fileLength, 8 + Number(claimed));
  return readSafetensorsHeader(end > first.length ? await read(0, end) : first, file, fileLength);
}

/** One tensor's values from its own bytes, which are copied: 16-bit floats as they are stored, their bits. F32, F16 and BF16 are
 * exact; another dtype is refused by name, for no weight of ours has it. */
export function storedTensor(name: string, dtype: string, bytes: Uint8Array, file: string): StoredTensor {
  // A copy at offset 0, for the bytes in the file need not be aligned (and not by slice, which on a Node Buffer is a view).
  const data = new Uint8Array(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return { type: 'f32', values: new Float32Array(data) };
    case 'F16':
      return { type: 'f16', values: new Uint16Array(data) };
    case 'BF16':
      return { type: 'bf16', values: new Uint16Array(data) };
    default:
      throw new FileFormatError(file, `tensor ${shown(name)} has dtype ${dtype}; allowed: F32, F16, BF16`);
  }
}

export type StoredTensor =
  | { readonly type: 'f32'; readonly values: Float32Array }
  | { readonly type: 'f16' | 'bf16'; readonly values: Uint16Array };

/** The values as float32, exactly. */
export function widen(tensor: StoredTensor): Float32Array {
  switch (tensor.type) {
    case 'f32':
      return tensor.values;
    case 'f16':
      return float16ToFloat32(tensor.values);
    case 'bf16':
      return bfloat16ToFloat32(tensor.values);
    default:
      return tensor satisfies never;
  }
}

/** One tensor's values as float32, out of the bytes of a whole file. */
export function readTensor(bytes: Uint8Array, header: SafetensorsHeader, name: string, file: string): Float32Array {
  const entry = header.tensors.get(name);
  if (entry === undefined) throw new FileFormatError(file, `there is no tensor ${shown(name)}`);
  return widen(storedTensor(name, entry.dtype, bytes.subarray(entry.begin, entry.end), file));
}

/** A tensor to be written, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Written in place of `data` where it is there: the same values in 16 bits. */
  readonly stored?: { readonly type: 'f16' | 'bf16'; readonly values: Uint16Array };
}

/** Writes tensors in the given order, the data aligned to 8 bytes. */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const { name, shape, data, stored } of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    invariant(elements === data.length, `tensor ${name} of shape [${shape.join()}] has ${data.length} values`);
    const { byteLength } = stored?.values ?? data;
    entries.push([
      name,
      { dtype: (stored?.type ?? 'f32').toUpperCase(), shape, data_offsets: [offset, offset + byteLength] },
    ]);
    offset += byteLength;
  }
  invariant(new Set(entries.map(([name]) => name)).size === entries.length, 'tensor names are unique');
  const text = new TextEncoder().encode(formatObject(entries));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(text, 8);
  let position = 8 + headerLength;
  for (const { data, stored } of tensors) {
    const { buffer, byteOffset, byteLength } = stored?.values ?? data;
    file.set(new Uint8Array(buffer, byteOffset, byteLength), position);
    position += byteLength;
  }
  return file;
}

/** JSON of an object whose keys may be anything, `__proto__` and numbers included, in the order given. */
function formatObject(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

type Fail = (problem: string) => never;

/** A tensor's name in a message. */
const shown = (name: string): string => oneLine(name, 80);

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('the header is not JSON in UTF-8');
  }
  const json = parseBoundedJson(text, headerLimits, { plainKeys: false });
  if (!json.ok)
    return fail(
      json.reason.kind === 'syntax' ? 'the header is not JSON in UTF-8' : `the header: ${json.reason.message}`,
    );
  const { value } = json;
  if (!text.startsWith('{') || !isObject(value)) return fail('the header is not a JSON object');
  if (hasDuplicateKeys(text, value)) return fail('the header names something twice');
  return value;
}

function readEntry(name: string, value: unknown, dataStart: number, fail: Fail): TensorEntry {
  if (!isObject(value)) return fail(`tensor ${shown(name)} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  const elementBytes = typeof dtype === 'string' ? bytesPerElement.get(dtype) : undefined;
  if (typeof dtype !== 'string' || elementBytes === undefined) {
    return fail(`tensor ${shown(name)} has the unknown dtype ${describeValue(dtype)}`);
  }
  if (!isSizes(shape) || shape.length > highestRank) return fail(`tensor ${shown(name)} has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`tensor ${shown(name)} has no valid data_offsets`);
  const [begin = 0, end = 0] = offsets;
  // In BigInt, so that a product past 2^53 cannot come out right by rounding.
  const needed = shape.reduce((product, size) => product * BigInt(size), BigInt(elementBytes));
  if (BigInt(end) - BigInt(begin) !== needed) {
    return fail(
      `tensor ${shown(name)} (${dtype} [${oneLine(shape.join(), 60)}]) needs ${oneLine(String(needed), 40)} bytes and has data_offsets ${begin} to ${end}`,
    );
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function checkTiling(
  tensors: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileLength: number,
  fail: Fail,
): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = dataStart;
  for (const [name, { begin, end }] of sorted) {
    if (begin !== position) {
      fail(
        `tensor ${shown(name)} begins at byte ${begin - dataStart} of the data; ${position - dataStart} was expected`,
      );
    }
    position = end;
  }
  if (position !== fileLength) fail(`the tensors end at byte ${position}, the file at byte ${fileLength}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
