import { Worker } from 'node:worker_threads';
import type { Port } from '../lib/killable';

/** A thread of Node from the script at `path`, which answers each message with one. It does not keep the process alive. */
export function threadPort<Request, Reply>(path: string): Port<Request, Reply> {
  const thread = new Worker(path);
  thread.unref();
  let listener: (reply: Reply | null) => void = () => undefined;
  thread.on('message', (reply: Reply) => listener(reply));
  thread.on('error', () => listener(null));
  thread.on('exit', () => listener(null));
  return {
    post: (request) => thread.postMessage(request),
    onReply: (next) => void (listener = next),
    kill: () => {
      listener = () => undefined;
      void thread.terminate();
    },
  };
}
