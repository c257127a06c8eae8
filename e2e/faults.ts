/** Faults as the world makes them: none of this is known to the page. */
import type { Browser, Page, Worker } from '@playwright/test';
import { quickExperiment, setField, unfold } from './playground';

/** Runs `code` in the training worker before its own script. Call before the page is opened. */
export async function beforeWorker(page: Page, code: string): Promise<void> {
  await page.route('**/assets/main-*.js', async (route) => {
    const response = await route.fetch();
    const script = await response.text();
    await route.fulfill({ response, body: `if (globalThis.document === undefined) { ${code} }\n${script}` });
  });
}

/** The worker that is alive: an older one may have been replaced. */
export function trainingWorker(page: Page): Worker {
  const worker = page.workers().at(-1);
  if (!worker) throw new Error('no worker');
  return worker;
}

/** The whole GPU process dies, and every device with it. */
export async function crashGpu(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => undefined);
  await session.detach();
}

/** Weights that take their time, so that there is a moment in which the model loads. */
export async function slowModel(page: Page, ms: number): Promise<void> {
  await page.context().route('**/*.safetensors', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await route.continue();
  });
}

/** The worker's thread never comes back. */
export const hangWorker = (page: Page): Promise<void> =>
  trainingWorker(page).evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });

export const throwInWorker = (page: Page): Promise<void> =>
  trainingWorker(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown by a test');
    });
  });

/** From the moment that `globalThis.memoryIsFull` is set, every buffer asks for more than there is: the driver's own error follows. */
export const memoryThatFillsUp = `
  const createBuffer = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const size = globalThis.memoryIsFull ? this.limits.maxBufferSize - 4 : descriptor.size;
    return createBuffer.call(this, { ...descriptor, size });
  };`;

export const setMemoryFull = (page: Page, full: boolean): Promise<void> =>
  trainingWorker(page).evaluate((value) => {
    (globalThis as { memoryIsFull?: boolean }).memoryIsFull = value;
  }, full);

/** An experiment that every field allows and no weights survive: with learning rate 1 a weight decay of 10 multiplies them by -9
 * at each update. At 1/4 of that rate it still multiplies by -1.5, and the copy of step 10 is too large to compute with. */
export async function explodingExperiment(page: Page): Promise<void> {
  await quickExperiment(page, 25, 0);
  await unfold(page, 'Optimiser');
  await setField(page, 'Learning rate', 1);
  await setField(page, 'Weight decay', 10);
  await setField(page, 'Updates per rollout', 3);
}
