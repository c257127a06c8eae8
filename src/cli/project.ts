import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../lib/errors';

/** The project's folder, from wherever this module was bundled to. */
export const projectFolder = findProject(import.meta.dirname);

function findProject(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return findProject(dirname(folder));
}

const shippedModels = join(projectFolder, 'public/models');

/** The folder of a model given as a path or as the id of a shipped base. Throws `InputError` naming the shipped ones. */
export function findModelFolder(option: string, idOrFolder: string): string {
  const isModel = (folder: string) => existsSync(join(folder, 'config.json'));
  if (isModel(idOrFolder)) return idOrFolder;
  const shipped = join(shippedModels, idOrFolder);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(idOrFolder) && isModel(shipped)) return shipped;
  const ids = existsSync(shippedModels)
    ? readdirSync(shippedModels).filter((id) => isModel(join(shippedModels, id)))
    : [];
  throw new InputError(
    option,
    idOrFolder,
    `a folder with a config.json${ids.length > 0 ? `, or ${ids.join(', ')}` : ''}`,
  );
}
