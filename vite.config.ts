import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { catalogueModule } from './scripts/build/catalogueModule.ts';
import { guidePage } from './scripts/site/guidePage.ts';
import { preloadLinkParts } from './scripts/site/preloadLinkParts.ts';

/** One configuration builds page, worker, bench page (`vite build`) and the Node bundles (`vite build --ssr`), so that
 * `?raw` shaders and `import.meta.glob` registries mean the same everywhere. */
export default defineConfig(({ isSsrBuild }) => ({
  // Relative paths: any static host, any folder.
  base: './',
  plugins: [
    react(),
    catalogueModule(),
    preloadLinkParts(),
    clearPageOutput(isSsrBuild === true),
    guide(isSsrBuild === true),
  ],
  // Node's Dawn is imported where there is no navigator.gpu; a browser never gets there and must not be given it.
  worker: { format: 'es', plugins: () => [dropOnnxRuntime()], rolldownOptions: { external: ['webgpu'] } },
  ssr: { external: ['webgpu', '@huggingface/transformers'], noExternal: true },
  build: {
    target: 'es2023',
    outDir: isSsrBuild === true ? 'dist/cli' : 'dist',
    // Neither build may empty the other's folder, and a chunk that a running `nsr` has yet to load must stay.
    emptyOutDir: false,
    copyPublicDir: isSsrBuild !== true,
    // size-limit guards what the first route loads.
    chunkSizeWarningLimit: 2000,
    rolldownOptions:
      isSsrBuild === true
        ? {
            input: existing({
              main: 'src/cli/main.ts',
              nsrBench: 'src/bench/node.ts',
              gradeWorker: 'src/cli/gradeWorker.ts',
              textWorker: 'src/cli/textWorker.ts',
            }),
            output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
          }
        : {
            input: existing({ main: 'index.html', bench: 'bench.html' }),
            external: ['webgpu'],
            output: { codeSplitting: { includeDependenciesRecursively: false, groups: [pageChunk] } },
          },
  },
}));

/** What index.html loads at first is one chunk: split for the sake of its later parts it compresses worse. Only main.tsx stays outside:
 * what this chunk would import back from main's would not have run yet. */
const pageChunk = {
  name: 'page',
  tags: ['$initial' as const],
  test: /virtual:catalogue|\/src\/(ui|store|share|persist|schedules|confidence|experiment|records|worker\/(client|protocol)|lib\/(curve|transcendental|mathml|paramValue|byOrder|stats|exactPass))|\/node_modules\/(react|react-dom|scheduler|zustand|zundo)\//,
};

/** Only tokenizers of @huggingface/transformers run here: its ONNX Runtime (27 MB of WebAssembly) is not shipped. */
function dropOnnxRuntime(): Plugin {
  return {
    name: 'drop-onnx-runtime',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const name of Object.keys(bundle)) if (/ort-wasm.*\.wasm$/.test(name)) delete bundle[name];
    },
  };
}

/** docs/guide.md as guide.html beside the page, with its pictures. */
function guide(isSsr: boolean): Plugin {
  const docs = join(import.meta.dirname, 'docs');
  return {
    name: 'guide',
    apply: 'build',
    generateBundle() {
      if (isSsr || this.environment.name !== 'client') return;
      const pictures = readdirSync(join(docs, 'guide'));
      for (const name of pictures)
        this.emitFile({ type: 'asset', fileName: `guide/${name}`, source: readFileSync(join(docs, 'guide', name)) });
      const source = guidePage(readFileSync(join(docs, 'guide.md'), 'utf8'));
      this.emitFile({ type: 'asset', fileName: 'guide.html', source });
    },
  };
}

/** The entries that are there. */
function existing(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([, file]) => existsSync(join(import.meta.dirname, file))));
}

/** Empties the page's output folder but for the Node bundles, which live in `dist/cli`. */
function clearPageOutput(isSsr: boolean): Plugin {
  return {
    name: 'clear-page-output',
    apply: 'build',
    buildStart() {
      if (isSsr || this.environment.name !== 'client') return;
      const folder = resolve(import.meta.dirname, this.environment.config.build.outDir);
      if (!existsSync(folder)) return;
      for (const entry of readdirSync(folder)) {
        if (entry !== 'cli') rmSync(join(folder, entry), { recursive: true, force: true });
      }
    },
  };
}
