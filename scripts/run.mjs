// Runs a TypeScript script on a Node that cannot read TypeScript itself: `node scripts/run.mjs scripts/site/play.ts ARGS`.
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const nodeEnv = process.env.NODE_ENV;
const [file, ...rest] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/run.mjs SCRIPT.ts [ARGUMENTS]');
process.argv = [process.argv[0] ?? 'node', file, ...rest];
await runnerImport(resolve(file), {
  configFile: false,
  logLevel: 'error',
  plugins: [
    {
      // Vite has just set it to 'development'; a page that the script builds would then hold React's development build.
      name: 'keep-node-env',
      configResolved() {
        if (nodeEnv === undefined) delete process.env.NODE_ENV;
        else process.env.NODE_ENV = nodeEnv;
      },
    },
  ],
});
