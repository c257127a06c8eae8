/** What a page holds on to, looked at from outside: heaps of page and worker, GPU buffers, files, DOM. */
import type { CDPSession, Page } from '@playwright/test';
import type { LiveBuffers } from '../../scripts/soak/gpuMeter.ts';
import type { PageLook } from '../../scripts/soak/pageSoak.ts';
import { trainingWorker } from '../faults';

export interface Meters {
  look(): Promise<PageLook>;
  /** Processor time of all the browser's processes so far. */
  processorMs(): Promise<number>;
}

export async function openMeters(page: Page): Promise<Meters> {
  const session = await page.context().newCDPSession(page);
  const askWorker = await workerTarget(session);
  const processes = await page.context().browser()?.newBrowserCDPSession();
  return {
    async processorMs() {
      const info = await processes?.send('SystemInfo.getProcessInfo');
      return 1000 * (info?.processInfo ?? []).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    },
    async look() {
      // Twice: what finalisers let go of goes the second time.
      for (let time = 0; time < 2; time++) {
        await session.send('HeapProfiler.collectGarbage');
        await askWorker('HeapProfiler.collectGarbage');
      }
      const pageHeap = await session.send('Runtime.getHeapUsage');
      const workerHeap = (await askWorker('Runtime.getHeapUsage')) as { readonly usedSize: number };
      const dom = await session.send('Memory.getDOMCounters');
      return {
        pageHeapBytes: pageHeap.usedSize,
        workerHeapBytes: workerHeap.usedSize,
        domNodes: dom.nodes,
        listeners: dom.jsEventListeners,
        editNumbers: await page.locator('.chart-marker').count(),
        gpu: await trainingWorker(page).evaluate(() =>
          (globalThis as unknown as { liveBuffers(): LiveBuffers }).liveBuffers(),
        ),
        ...(await page.evaluate(measureFiles)),
      };
    },
  };
}

/** Commands to the training worker's own target of the debugging protocol: messages within messages, since Playwright keeps its own
 * session with it to itself. */
async function workerTarget(session: CDPSession): Promise<(method: string) => Promise<unknown>> {
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker' && targetInfo.url.includes('/main-')) resolve(sessionId);
    });
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, (result: unknown) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { readonly id?: number; readonly result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let last = 0;
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, resolve);
      const message = JSON.stringify({ id, method });
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
}

/** Runs in the page: every file of the origin's private file system. */
async function measureFiles(): Promise<{ files: number; fileBytes: number }> {
  const total = { files: 0, fileBytes: 0 };
  async function walk(folder: FileSystemDirectoryHandle): Promise<void> {
    for await (const entry of folder.values()) {
      if (entry.kind === 'directory') await walk(entry);
      else {
        // A file that is just being replaced counts as none.
        const file = await entry.getFile().catch(() => null);
        total.files += 1;
        total.fileBytes += file?.size ?? 0;
      }
    }
  }
  await walk(await navigator.storage.getDirectory());
  return total;
}
