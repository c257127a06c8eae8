/** The Python package as text, and what goes beside it for each framework. */
import type { ExportFile } from './exportFile';
import type { Framework } from './expressible';
import { graderTables } from './graderTables';

const common = import.meta.glob<string>('./python/nsr/**/*.py', { query: '?raw', import: 'default', eager: true });
const special: Readonly<Record<Framework, Readonly<Record<string, string>>>> = {
  verl: import.meta.glob<string>('./python/verl/*.py', { query: '?raw', import: 'default', eager: true }),
  trl: import.meta.glob<string>('./python/trl/*.py', { query: '?raw', import: 'default', eager: true }),
};

/** The package `nsr/` and the framework's own files in the folder above it. */
export function pythonSources(framework: Framework): ExportFile[] {
  const below = (root: string, sources: Readonly<Record<string, string>>) =>
    Object.entries(sources).map(([path, content]) => ({ path: path.slice(root.length), content }));
  return [...below('./python/', common), graderTables(), ...below(`./python/${framework}/`, special[framework])];
}
