/** Imported models, a folder each. A model is there only once `import.json`, written last, names its files and each of them has the size
 * that stands there; a folder without it is an import that stopped, which `journal.json` lets go on. */
import * as v from 'valibot';
import { formatModelId, readModelId, type ModelId } from '../experiment/modelId';
import { parseBoundedJson } from '../lib/boundedJson';
import { writeWhole, type FileTree, type StoredFile } from '../lib/fileTree';
import { FileFormatError } from '../model/fileError';
import type { ModelSource } from '../model/folder';

/** An id that can lie in the cache. */
export type CachedId =
  (Extract<ModelId, { kind: 'hub' }> & { readonly commit: string }) | Extract<ModelId, { kind: 'local' }>;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const importedSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  /** ISO 8601. */
  at: v.string(),
  files: v.array(v.object({ path: v.string(), bytes: count, sha256: v.string() })),
});
const journalSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  begun: v.string(),
  bytes: count,
  /** By file: what its first part came with. */
  etags: v.record(v.string(), v.string()),
});

export type Imported = v.InferOutput<typeof importedSchema>;
export type Journal = v.InferOutput<typeof journalSchema>;

const MARK = 'import.json';
const JOURNAL = 'journal.json';
const limits = { characters: 1_000_000, depth: 6, keys: 20_000, items: 20_000, string: 1_000 };

/** The name under which an unfinished file lies. */
export const partName = (path: string): string => `${path}.part`;

export interface CacheEntry {
  /** Null: a folder that says nothing of itself, which can only be deleted. */
  readonly id: CachedId | null;
  /** For `deleteEntry`. */
  readonly folder: string;
  readonly state: 'whole' | 'unfinished';
  /** On this machine. */
  readonly bytes: number;
  /** When finished; of an unfinished one null where it is not known. */
  readonly totalBytes: number | null;
  /** ISO 8601: finished, or begun; null where it is not known. */
  readonly at: string | null;
}

/** A folder's name: nothing of an id but letters, digits and `._-` comes into it, and `/` and `:` as signs that names lack. */
export const cacheFolder = (id: CachedId): string => formatModelId(id).replace('/', '+').replace('local:', '++');

/** Null for an id that has no place in a cache. */
export function readCachedId(text: string): CachedId | null {
  const id = readModelId(text);
  if (id?.kind === 'local') return id;
  return id?.kind === 'hub' && id.commit !== null ? { ...id, commit: id.commit } : null;
}

export async function listCache(tree: FileTree): Promise<readonly CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for (const folder of await tree.folders()) entries.push(await readEntry(tree, folder));
  return entries;
}

async function readEntry(tree: FileTree, folder: string): Promise<CacheEntry> {
  const files = await tree.files(folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const mark = await readJson(tree, folder, MARK, importedSchema);
  const journal = await readJournal(tree, folder);
  const named = readCachedId(mark?.id ?? journal?.id ?? '');
  const id = named !== null && cacheFolder(named) === folder ? named : null;
  const totalBytes = mark?.files.reduce((sum, file) => sum + file.bytes, 0) ?? journal?.bytes ?? null;
  const whole = id !== null && mark !== null && isWhole(mark, files);
  return {
    id,
    folder,
    state: whole ? 'whole' : 'unfinished',
    bytes,
    totalBytes,
    at: mark?.at ?? journal?.begun ?? null,
  };
}

function isWhole({ files }: Imported, stored: readonly StoredFile[]): boolean {
  const sizes = new Map(stored.map(({ name, bytes }) => [name, bytes]));
  return files.every(({ path, bytes }) => sizes.get(path) === bytes);
}

/** Null unless the folder is whole. */
async function readImported(tree: FileTree, id: CachedId): Promise<Imported | null> {
  const folder = cacheFolder(id);
  const mark = await readJson(tree, folder, MARK, importedSchema);
  return mark?.id === formatModelId(id) && isWhole(mark, await tree.files(folder)) ? mark : null;
}

export const isCached = async (tree: FileTree, id: CachedId): Promise<boolean> =>
  (await readImported(tree, id)) !== null;

export const readJournal = (tree: FileTree, folder: string): Promise<Journal | null> =>
  readJson(tree, folder, JOURNAL, journalSchema);

export const writeJournal = (tree: FileTree, folder: string, journal: Journal): Promise<void> =>
  writeWhole(tree, folder, JOURNAL, JSON.stringify(journal));

/** From here on the model is there. */
export async function markImported(tree: FileTree, imported: Imported, id: CachedId): Promise<void> {
  const folder = cacheFolder(id);
  await writeWhole(tree, folder, MARK, JSON.stringify(imported));
  await tree.removeFile(folder, JOURNAL);
}

/** The mark goes first: what a killed page leaves is an unfinished import. */
export async function deleteEntry(tree: FileTree, folder: string): Promise<void> {
  await tree.removeFile(folder, MARK);
  await tree.removeFolder(folder);
}

/** A whole model of the cache, read by parts; null where it is not there or not whole. `onBytes`: read so far, and in all. */
export async function cachedModel(
  tree: FileTree,
  id: CachedId,
  onBytes: (done: number, total: number) => void = () => undefined,
): Promise<ModelSource | null> {
  const folder = cacheFolder(id);
  const imported = await readImported(tree, id);
  if (!imported) return null;
  const name = formatModelId(id);
  const sizes = new Map(imported.files.map(({ path, bytes }) => [path, bytes]));
  const total = imported.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const read = async (path: string, begin: number, end: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = sizes.has(path) ? await tree.read(folder, path, begin, end) : null;
    if (bytes === null || bytes.length !== end - begin)
      throw new FileFormatError(
        `${name}/${path}`,
        'it is gone from this machine; delete the model and import it again',
      );
    done = Math.min(total, done + bytes.length);
    onBytes(done, total);
    return bytes;
  };
  const whole = (path: string) => read(path, 0, sizes.get(path) ?? 0);
  return {
    name,
    exists: async (path) => sizes.has(path),
    readBytes: whole,
    readText: async (path) => new TextDecoder().decode(await whole(path)),
    parts: { bytes: async (path) => sizes.get(path) ?? 0, read },
  };
}

async function readJson<Schema extends v.GenericSchema>(
  tree: FileTree,
  folder: string,
  name: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | null> {
  const bytes = await tree.read(folder, name);
  if (bytes === null) return null;
  const json = parseBoundedJson(new TextDecoder().decode(bytes), limits);
  if (!json.ok) return null;
  const parsed = v.safeParse(schema, json.value);
  return parsed.success ? parsed.output : null;
}
