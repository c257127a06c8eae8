/** Any thrown thing as a typed error for the page: one line that says what happened and what to do. */
import { NoAdapterError } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { FileFormatError } from '../../model/fileError';
import type { RunError } from '../protocol';
import { ModelFetchError } from './modelFiles';

export function toRunError(error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoAdapterError)
    return { kind: message.includes('navigator.gpu') ? 'no-webgpu' : 'no-adapter', message };
  if (error instanceof ModelFetchError || error instanceof FileFormatError) return { kind: 'model', message };
  if (error instanceof InputError) return { kind: 'experiment', message };
  if (/device lost|device is lost/i.test(message))
    return { kind: 'device-lost', message: 'The graphics device was lost' };
  if (/out of memory|allocat|createBuffer/i.test(message)) {
    return {
      kind: 'out-of-memory',
      message: `Not enough graphics memory: use fewer prompts per step or a smaller group. ${message}`,
    };
  }
  return { kind: 'worker', message };
}
