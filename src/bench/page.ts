/** The module of bench.html: sets `globalThis.nsrBench` and `nsrSizeStep`, and says so on the page. */
import { openDevice } from '../gpu/device';
import { InputError } from '../lib/errors';
import { createNsrBench } from './nsrBench';
import { sizeCases, sizeNames, type SizeCase } from './sizes';
import { sizeStep, type SizeStepReport } from './sizeStep';

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** One RL step by an adapter of a model of that shape, see sizes.ts; on a device of its own. */
async function nsrSizeStep(name: string, step: SizeCase['step']): Promise<SizeStepReport> {
  const known = sizeNames.find((size) => size === name);
  if (known === undefined) throw new InputError('size', name, sizeNames.join(', '));
  const gpu = await openDevice();
  try {
    return await sizeStep(gpu, sizeCases[known], step);
  } finally {
    gpu.destroy();
  }
}

Object.assign(globalThis, { nsrBench: createNsrBench(fetchBytes), nsrSizeStep });
document.documentElement.dataset.ready = 'true';
