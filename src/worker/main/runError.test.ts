import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import { OutOfMemoryError } from '../../gpu/buffers';
import { NoAdapterError } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { outOfMemory } from './outOfMemory';
import { toRunError } from './runError';

describe('what was thrown, as an error for the page', () => {
  it.each([
    ['GPU: vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY', 'out-of-memory'],
    ['GPU: CreateCommittedResource failed with E_OUTOFMEMORY (0x8007000E)', 'out-of-memory'],
    ['GPU: device lost (unknown): A valid external Instance reference no longer exists.', 'device-lost'],
    ['Instance dropped error in getCompilationInfo', 'device-lost'],
    [
      "Failed to execute 'createBuffer' on 'GPUDevice': A valid external Instance reference no longer exists.",
      'device-lost',
    ],
    ['something else', 'worker'],
  ])('%s', (message, kind) => {
    expect(toRunError(new Error(message)).kind).toBe(kind);
  });

  it('keeps the numbers of a buffer that this device cannot bind', () => {
    const error = new OutOfMemoryError('policy: weights needs 2.0 GiB, this device binds at most 128.0 MiB');
    expect(toRunError(error)).toEqual({ kind: 'out-of-memory', message: error.message });
  });

  it('tells a missing WebGPU from a missing adapter', () => {
    expect(toRunError(new NoAdapterError('no driver')).kind).toBe('no-adapter');
  });

  it('keeps both numbers of a missing limit', () => {
    const error = new InputError('model', 'qwen3', 'an adapter with 10 storage buffers per kernel; this one offers 8');
    const { kind, message } = toRunError(error);
    expect(kind).toBe('experiment');
    expect(message).toMatch(/10 .*offers 8/);
  });
});

describe('full graphics memory', () => {
  const { batch } = defaultExperiment;

  it('names the settings that would halve it', () => {
    const experiment = { ...defaultExperiment, batch: { ...batch, promptsPerStep: 7, groupSize: 1 } };
    const { message } = outOfMemory(experiment, 'no room\n - while calling');
    expect(message).toBe('The graphics memory is full. Try Prompts per step 7 → 3. (no room)');
  });

  it('names a smaller model where nothing else is left', () => {
    const experiment = { ...defaultExperiment, batch: { ...batch, promptsPerStep: 1, groupSize: 1 } };
    expect(outOfMemory(experiment, '').message).toContain('Try a smaller model');
  });
});
