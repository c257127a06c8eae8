/** Where a run's model comes from: a shipped one from beside the page, an imported one from the browser's storage, never from anywhere else. */
import { modelName, readModelId } from '../../experiment/modelId';
import { cachedModel, readCachedId } from '../../hub/modelCache';
import type { ModelSource } from '../../model/folder';
import { modelTree } from '../../persist/opfsTree';

/** A model id that is a folder name, never a path or an address (checked again here: it becomes part of one). */
const folderName = /^[a-z0-9][a-z0-9-]{0,63}$/;

export class ModelFetchError extends Error {
  override readonly name = 'ModelFetchError';
}

/** `onBytes`: bytes read so far, and in all. Rejects with `ModelFetchError` on a model that was not imported: nothing is fetched for it. */
export async function openModel(
  text: string,
  base: string,
  onBytes: (done: number, total: number) => void,
): Promise<ModelSource> {
  if (readModelId(text)?.kind === 'shipped') return shippedModel(text, base, onBytes);
  const id = readCachedId(text);
  const source = id && (await cachedModel(modelTree(), id, onBytes));
  if (source) return source;
  throw new ModelFetchError(`${modelName(text)} is not in this browser yet: import it under Models`);
}

/** Its files, each fetched once, with the bytes told as they come. */
function shippedModel(id: string, base: string, onBytes: (done: number, total: number) => void): ModelSource {
  if (!folderName.test(id)) throw new ModelFetchError(`${id} is not a shipped model`);
  const files = new Map<string, Promise<Uint8Array | null>>();
  let done = 0;
  let total = 0;

  async function download(path: string): Promise<Uint8Array | null> {
    const response = await fetch(new URL(`models/${id}/${path}`, base)).catch(() => {
      throw new ModelFetchError(`models/${id}/${path} could not be loaded: is the network gone?`);
    });
    if (response.status === 404) return null;
    if (!response.ok || !response.body)
      throw new ModelFetchError(`models/${id}/${path}: the server answered ${response.status}`);
    total += Number(response.headers.get('Content-Length') ?? 0);
    const parts: Uint8Array[] = [];
    const reader = response.body.getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      parts.push(chunk.value);
      done += chunk.value.length;
      onBytes(done, Math.max(total, done));
    }
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  }

  const file = (path: string): Promise<Uint8Array | null> => {
    const known = files.get(path) ?? download(path);
    files.set(path, known);
    return known;
  };
  const present = async (path: string): Promise<Uint8Array> => {
    const bytes = await file(path);
    if (!bytes) throw new ModelFetchError(`models/${id}/${path} is not there`);
    return bytes;
  };
  return {
    name: id,
    exists: async (path) => (await file(path)) !== null,
    readBytes: present,
    readText: async (path) => new TextDecoder().decode(await present(path)),
  };
}
