/** The thread that grades: requests of rows in, their verdicts out. A bundle of its own (vite.config.ts). */
import { parentPort } from 'node:worker_threads';
import { invariant } from '../lib/invariant';
import { answerRequest, type GradeRequest } from '../trainer/gradeRows';

const port = parentPort;
invariant(port !== null, 'gradeWorker runs in a thread');
port.on('message', (request: GradeRequest) => port.postMessage(answerRequest(request)));
