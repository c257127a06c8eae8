import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'scripts/additions');
const registry = /\/src\/(algorithms|schedules|confidence|tasks)\/parts\/registry\.ts$/;

/**
 * For tests: builds as though the files of scripts/additions/<layer>/ lay in src/<layer>/. Nothing else is told of them: a
 * registry finds them as it finds its own, and they import what they would import there (tsconfig's `rootDirs`).
 */
export function additions(): Plugin {
  return {
    name: 'additions',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!importer?.startsWith(`${folder}/`) || !source.startsWith('.') || importer.endsWith('.test.tsx')) return null;
      const there = join(root, 'src', relative(folder, dirname(importer)));
      return this.resolve(join(there, source), importer, { skipSelf: true });
    },
    transform(code, id) {
      const layer = registry.exec(id)?.[1];
      if (layer === undefined) return null;
      return { code: code.replace(`'../*.ts'`, `['../*.ts', '/scripts/additions/${layer}/*.ts']`), map: null };
    },
  };
}
