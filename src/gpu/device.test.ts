import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openDevice } from './device';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A device that was used and destroyed, weakly. */
async function openAndDestroy(): Promise<WeakRef<GPUDevice>> {
  const gpu = await openDevice();
  gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE }).destroy();
  const device = new WeakRef(gpu.device);
  gpu.destroy();
  await gpu.lost;
  return device;
}

it('a device that was destroyed is let go, with all that the driver holds for it', async () => {
  const devices: WeakRef<GPUDevice>[] = [];
  for (let time = 0; time < 4; time++) devices.push(await openAndDestroy());
  // A weak reference holds until the job that made it has ended.
  await new Promise((resolve) => setTimeout(resolve, 20));
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 20));
  collectGarbage();
  expect(devices.filter((device) => device.deref()).length).toBeLessThanOrEqual(1);
});
