/** `dist/cli/nsrBench.js`: importing it sets `globalThis.nsrBench`, on Dawn. Files are URLs or paths. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createNsrBench } from './nsrBench';

async function readLocation(location: string): Promise<Uint8Array> {
  if (/^https?:/.test(location)) {
    const response = await fetch(location);
    if (!response.ok) throw new Error(`${location}: HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  return readFile(location.startsWith('file:') ? fileURLToPath(location) : location);
}

Object.assign(globalThis, { nsrBench: createNsrBench(readLocation) });
