import { resolve } from 'node:path';
import type { BuiltCatalogue } from '../../src/experiment/catalogue.ts';
import { runnerImport, type Plugin, type PluginOption } from 'vite';

const name = 'virtual:catalogue';
const resolved = `\0${name}`;
const root = resolve(import.meta.dirname, '../..');
/** What the catalogue is made of: a change there makes it again. */
const sources = /\/(?:src|public\/models|scripts\/build)\//;

/**
 * `virtual:catalogue`: what the build takes out of the registries and of public/models, as a module of plain data (its type:
 * src/store/experiment/virtual.d.ts). The registries run here, in the build; the page gets no algorithm and no task.
 * `plugins`: for reading the registries, where they are to be read in another way than they lie in src.
 */
export function catalogueModule(plugins: PluginOption[] = []): Plugin {
  let made: Promise<string> | null = null;
  return {
    name: 'catalogue',
    resolveId: (id) => (id === name ? resolved : undefined),
    load(id) {
      if (id !== resolved) return undefined;
      made ??= makeModule(plugins);
      return made;
    },
    hotUpdate({ file }) {
      if (!sources.test(file)) return undefined;
      made = null;
      const module = this.environment.moduleGraph.getModuleById(resolved);
      if (module) this.environment.moduleGraph.invalidateModule(module);
      return undefined;
    },
  };
}

async function makeModule(plugins: PluginOption[]): Promise<string> {
  const file = resolve(root, 'scripts/build/catalogueData.ts');
  const { module } = await runnerImport<{ catalogueData: () => BuiltCatalogue }>(file, {
    root,
    configFile: false,
    logLevel: 'error',
    plugins,
  });
  return `export default ${JSON.stringify(module.catalogueData())};`;
}
