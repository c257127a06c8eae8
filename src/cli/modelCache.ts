/** Imported models on this machine, in the user's cache folder, and the hub as this machine reaches it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../lib/errors';
import type { FileTree } from '../lib/fileTree';
import type { HashStream, HubWorld } from '../hub/types';
import { diskTree } from './diskTree';
import { cacheFolderPath } from './tuningCache';

export const modelsFolder = (): string => join(cacheFolderPath(), 'models');

export const modelTree = (): FileTree => diskTree(modelsFolder());

export function nodeSha256(): HashStream {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

/** `HF_ENDPOINT` names another host, as it does for the hub's own tools. Throws `InputError` where that is no address. */
export function hubWorld(): HubWorld {
  const endpoint = (process.env['HF_ENDPOINT'] ?? 'https://huggingface.co').replace(/\/+$/, '');
  if (!/^https?:\/\/[^\s/?#]+$/.test(endpoint))
    throw new InputError('HF_ENDPOINT', endpoint, 'an address such as https://huggingface.co');
  return {
    endpoint,
    fetch: (url, init) => fetch(url, init),
    now: () => Date.now(),
    sleep: async (ms, signal) => void (await sleep(ms, undefined, { signal })),
    sha256: nodeSha256,
  };
}
