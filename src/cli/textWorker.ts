/** The thread that encodes text and renders chats. A bundle of its own (vite.config.ts). */
import { parentPort } from 'node:worker_threads';
import { invariant } from '../lib/invariant';
import type { TextRequest } from '../text/encoder';
import { createTextWork } from '../text/textWork';

const port = parentPort;
invariant(port !== null, 'textWorker runs in a thread');
const answer = createTextWork();
port.on('message', (request: TextRequest) => port.postMessage(answer(request)));
