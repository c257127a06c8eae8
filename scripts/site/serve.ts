import { serve } from './staticServer.ts';

/** `node scripts/run.mjs scripts/site/serve.ts PORT`: serves dist, for the browser tests. */
const { address } = await serve('dist', Number(process.argv[2] ?? 4173));
console.log(`serving dist at ${address}`);
