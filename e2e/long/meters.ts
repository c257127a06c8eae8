/** What a page holds on to, looked at from outside: heaps of page and worker, GPU buffers, files, DOM. */
import type { CDPSession, Page } from '@playwright/test';
import { heapParts, type HeapParts } from '../../scripts/soak/heapParts.ts';
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
  const worker = await workerTarget(session);
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
        await worker.ask('HeapProfiler.collectGarbage');
      }
      const dom = await session.send('Memory.getDOMCounters');
      return {
        pageHeap: await pageHeap(session),
        workerHeap: await worker.heap(),
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

async function pageHeap(session: CDPSession): Promise<HeapParts> {
  const chunks: string[] = [];
  const keep = ({ chunk }: { readonly chunk: string }): unknown => chunks.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await session.send('HeapProfiler.takeHeapSnapshot');
  session.off('HeapProfiler.addHeapSnapshotChunk', keep);
  return heapParts(chunks.join(''));
}

interface WorkerTarget {
  ask(method: string): Promise<unknown>;
  heap(): Promise<HeapParts>;
}

interface WorkerMessage {
  readonly id?: number;
  readonly result?: unknown;
  readonly method?: string;
  readonly params?: { readonly chunk?: string };
}

/** Commands to the training worker's own target of the debugging protocol: messages within messages, since Playwright keeps its own
 * session with it to itself. */
async function workerTarget(session: CDPSession): Promise<WorkerTarget> {
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker' && targetInfo.url.includes('/main-')) resolve(sessionId);
    });
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, (result: unknown) => void>();
  let chunks: string[] = [];
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, method, params } = JSON.parse(message) as WorkerMessage;
    if (method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(params?.chunk ?? '');
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let last = 0;
  const ask = (method: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, resolve);
      const message = JSON.stringify({ id, method });
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
  const heap = async (): Promise<HeapParts> => {
    chunks = [];
    await ask('HeapProfiler.takeHeapSnapshot');
    return heapParts(chunks.join(''));
  };
  return { ask, heap };
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
