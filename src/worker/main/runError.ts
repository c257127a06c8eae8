/** Any thrown thing as a typed error for the page: one line that says what happened and what to do. */
import { OutOfMemoryError } from '../../gpu/buffers';
import { NoAdapterError } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { FileFormatError } from '../../model/fileError';
import type { RunError } from '../protocol';
import { ModelFetchError } from './modelFiles';

export function toRunError(error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoAdapterError) {
    if (!message.includes('navigator.gpu')) return { kind: 'no-adapter', message };
    if (globalThis.isSecureContext) return { kind: 'no-webgpu', message };
    return {
      kind: 'insecure',
      message: 'this page was opened without https, and browsers give WebGPU only to pages from https or localhost',
    };
  }
  if (error instanceof ModelFetchError || error instanceof FileFormatError) return { kind: 'model', message };
  if (error instanceof InputError) return { kind: 'experiment', message };
  if (isLossOfDevice(message)) return { kind: 'device-lost', message: 'The graphics device was lost' };
  // Drivers name it in their own words: VK_ERROR_OUT_OF_DEVICE_MEMORY, E_OUTOFMEMORY, "Failed to allocate".
  if (error instanceof OutOfMemoryError || /out.?of.?(device.?|host.?)?memory|allocat|createBuffer/i.test(message))
    return { kind: 'out-of-memory', message };
  return { kind: 'worker', message };
}

/** What browsers say of a GPU process that died: of the device, or of whatever was being asked of it at that moment. */
export const isLossOfDevice = (message: string): boolean =>
  /device (is |was )?lost|instance (was )?dropped|external instance reference|context (was )?lost/i.test(message);
