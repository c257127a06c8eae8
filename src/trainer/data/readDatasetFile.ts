/** A file of problems, as it came from outside: JSON lines, a JSON list, or Parquet (hyparquet). Columns that are no text, number or switch are
 * left out. */
import { parseBoundedJson } from '../../lib/boundedJson';
import { InputError, oneLine } from '../../lib/errors';
import type { DatasetRow } from '../../tasks/parts/types';
import { dataLimits } from './limits';

/** Its rows in order. Rejects with `InputError` naming the file, and the line, of what is no row or beyond the limits. */
export async function readDatasetFile(name: string, bytes: Uint8Array): Promise<readonly DatasetRow[]> {
  if (bytes.length > dataLimits.bytes)
    throw new InputError(name, `${bytes.length} bytes`, `a file of at most ${dataLimits.bytes} bytes`);
  const rows = isParquet(bytes) ? await readParquet(name, bytes) : readJson(name, bytes);
  if (rows.length === 0) throw new InputError(name, 'no rows', 'a file with a row per problem');
  return keepTexts(name, rows);
}

type RawRow = Readonly<Record<string, unknown>>;

const isParquet = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 4)) === 'PAR1';

const jsonLimits = { depth: 8, keys: 10_000, items: 10_000, string: dataLimits.cell };

function readJson(name: string, bytes: Uint8Array): readonly RawRow[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(name, 'bytes that are no text', 'JSON lines, a JSON list of rows, or Parquet');
  }
  const begin = text.slice(0, 200).trimStart();
  if (begin.startsWith('<'))
    throw new InputError(name, 'a page of HTML', 'JSON lines, a JSON list of rows, or Parquet');
  return begin.startsWith('[') ? readList(name, text) : readLines(name, text);
}

function readList(name: string, text: string): readonly RawRow[] {
  const every = dataLimits.rows * dataLimits.columns;
  const limits = { characters: dataLimits.bytes, depth: 8, keys: every, items: every, string: dataLimits.cell };
  const json = parseBoundedJson(text, limits, { plainKeys: false });
  if (!json.ok) throw new InputError(name, json.reason.message, 'a JSON list of rows');
  const list: readonly unknown[] = Array.isArray(json.value) ? json.value : [];
  checkCount(name, list.length);
  return list.map((row, index) => asRow(row, `${name}, row ${index + 1}`));
}

function readLines(name: string, text: string): readonly RawRow[] {
  const rows: RawRow[] = [];
  let line = 0;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line += 1;
    const content = text.slice(start, end).trim();
    start = end + 1;
    if (content === '') continue;
    checkCount(name, rows.length + 1);
    const place = `${name}:${line}`;
    const json = parseBoundedJson(content, { ...jsonLimits, characters: 4 * dataLimits.cell }, { plainKeys: false });
    if (!json.ok) throw new InputError(place, json.reason.message, 'one JSON object per line');
    rows.push(asRow(json.value, place));
  }
  return rows;
}

function asRow(value: unknown, place: string): RawRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RawRow;
  throw new InputError(place, value, 'an object with a key per column');
}

async function readParquet(name: string, bytes: Uint8Array): Promise<readonly RawRow[]> {
  const { parquetMetadataAsync, parquetReadObjects, snappyUncompress } = await import('hyparquet');
  const buffer = bytes.slice().buffer;
  const file = { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) };
  /** The length that a page claims is what is allocated for it. */
  const SNAPPY = (input: Uint8Array, length: number): Uint8Array => {
    if (!(length >= 0 && length <= dataLimits.bytes)) throw new Error(`a page of ${length} bytes`);
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    checkCount(name, Number(metadata.num_rows));
    const columns = scalarColumns(metadata.schema);
    if (columns.length > dataLimits.columns) throw new Error(`${columns.length} columns`);
    const rowEnd = Number(metadata.num_rows);
    return await parquetReadObjects({ file, metadata, columns, rowEnd, compressors: { SNAPPY } });
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = oneLine(error instanceof Error ? error.message : String(error), 120);
    throw new InputError(name, why, 'a Parquet file that can be read: Snappy or no compression, whole');
  }
}

/** Names of the columns at the top that hold one value per row. */
function scalarColumns(
  schema: readonly { readonly name: string; readonly num_children?: number; readonly repetition_type?: string }[],
): string[] {
  const names: string[] = [];
  // The schema is a tree in depth-first order; its root comes first.
  for (let at = 1; at < schema.length;) {
    const element = schema[at];
    if (element === undefined) break;
    if (element.num_children === undefined && element.repetition_type !== 'REPEATED') names.push(element.name);
    at = afterSubtree(schema, at);
  }
  return names;
}

function afterSubtree(schema: readonly { readonly num_children?: number }[], at: number): number {
  let open = 1;
  let next = at;
  while (open > 0 && next < schema.length) open += (schema[next++]?.num_children ?? 0) - 1;
  return next;
}

function checkCount(name: string, rows: number): void {
  if (!(rows >= 0 && rows <= dataLimits.rows))
    throw new InputError(name, `${rows} rows`, `at most ${dataLimits.rows} rows`);
}

/** Numbers and switches become text; what is neither is left out. */
function keepTexts(name: string, rows: readonly RawRow[]): readonly DatasetRow[] {
  let characters = 0;
  return rows.map((row, index) => {
    const entries = Object.entries(row).slice(0, dataLimits.columns);
    const kept = entries.flatMap(([column, value]): [string, string][] => {
      const text = typeof value === 'string' ? value : isPlain(value) ? String(value) : null;
      if (text === null) return [];
      characters += text.length;
      if (text.length > dataLimits.cell || characters > dataLimits.characters)
        throw new InputError(`${name}, row ${index + 1}`, `${text.length} characters in ${column}`, 'shorter texts');
      return [[column, text]];
    });
    return Object.fromEntries(kept);
  });
}

const isPlain = (value: unknown): value is number | bigint | boolean =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
