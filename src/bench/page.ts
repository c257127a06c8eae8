/** The module of bench.html: sets `globalThis.nsrBench` and says so on the page. */
import { createNsrBench } from './nsrBench';

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

Object.assign(globalThis, { nsrBench: createNsrBench(fetchBytes) });
document.documentElement.dataset.ready = 'true';
