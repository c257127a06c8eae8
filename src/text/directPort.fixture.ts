import type { TextPort } from './encoder';
import { createTextWork } from './textWork';

/** A text worker without a worker: what it does, in the thread of the test. */
export function directPort(): TextPort {
  const work = createTextWork();
  let listener: Parameters<TextPort['onReply']>[0] = () => undefined;
  return {
    post: (request) => void Promise.resolve().then(() => listener(structuredClone(work(structuredClone(request))))),
    onReply: (next) => void (listener = next),
    kill: () => void (listener = () => undefined),
  };
}
