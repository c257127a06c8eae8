import { openDevice } from '../../gpu/device';
import type { Command } from '../command';

export const command: Command = {
  summary: 'adapter, limits and features of WebGPU here',
  options: {},
  async run() {
    const gpu = await openDevice();
    const { adapter, features, limits } = gpu;
    gpu.destroy();
    return { adapter, driver: process.env.VK_DRIVER_FILES ?? 'default', features, limits, node: process.version };
  },
};
