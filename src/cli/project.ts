import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatModelId, readModelId, type ModelId } from '../experiment/modelId';
import { cacheFolder, isCached, listCache, readCachedId } from '../hub/modelCache';
import { InputError } from '../lib/errors';
import { modelsFolder, modelTree } from './modelCache';

/** The project's folder, from wherever this module was bundled to. */
export const projectFolder = findProject(import.meta.dirname);

function findProject(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return findProject(dirname(folder));
}

const shippedModels = join(projectFolder, 'public/models');

/** The folder of a model given as a path, as the id of a shipped base, or as that of an imported one. Throws `InputError` naming what there is. */
export async function findModelFolder(option: string, idOrFolder: string): Promise<string> {
  const isModel = (folder: string) => existsSync(join(folder, 'config.json'));
  if (isModel(idOrFolder)) return idOrFolder;
  const shipped = join(shippedModels, idOrFolder);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(idOrFolder) && isModel(shipped)) return shipped;
  const id = readModelId(idOrFolder);
  if (id !== null && id.kind !== 'shipped') return findImported(option, idOrFolder, id);
  const ids = existsSync(shippedModels)
    ? readdirSync(shippedModels).filter((id) => isModel(join(shippedModels, id)))
    : [];
  throw new InputError(
    option,
    idOrFolder,
    `a folder with a config.json${ids.length > 0 ? `, or ${ids.join(', ')}` : ''}`,
  );
}

async function findImported(option: string, text: string, id: Exclude<ModelId, { kind: 'shipped' }>): Promise<string> {
  const tree = modelTree();
  const cached = readCachedId(text);
  if (cached !== null && (await isCached(tree, cached))) return join(modelsFolder(), cacheFolder(cached));
  if (id.kind === 'local')
    throw new InputError(option, text, 'the folder itself: one that a page imported is not known here');
  const pinned = (await listCache(tree)).flatMap((entry) =>
    entry.state === 'whole' && entry.id?.kind === 'hub' && entry.id.repo === id.repo ? [formatModelId(entry.id)] : [],
  );
  const pull = `a model that is here: nsr pull --model ${text}`;
  // Two commits are two models: which one is meant must be said.
  throw new InputError(option, text, pinned.length > 0 ? `${pinned.join(', ')}, or ${pull}` : pull);
}
