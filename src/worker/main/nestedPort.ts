import type { Port } from '../../lib/killable';

/** A worker within the worker, which answers each message with one. */
export function nestedPort<Request, Reply>(worker: Worker): Port<Request, Reply> {
  let listener: (reply: Reply | null) => void = () => undefined;
  worker.onmessage = ({ data }: MessageEvent<Reply>) => listener(data);
  worker.onerror = () => listener(null);
  return {
    post: (request) => worker.postMessage(request),
    onReply: (next) => void (listener = next),
    kill: () => {
      listener = () => undefined;
      worker.terminate();
    },
  };
}
