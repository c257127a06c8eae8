/** The thread of `nsr grade`: requests of rows in, their verdicts out. A bundle of its own (vite.config.ts). */
import { parentPort } from 'node:worker_threads';
import { invariant } from '../lib/invariant';
import { grade } from '../verify/grade';
import type { GradeRequest } from './gradeRows';

const port = parentPort;
invariant(port !== null, 'gradeWorker runs in a thread');
port.on('message', ({ rows, options }: GradeRequest) => {
  port.postMessage(rows.map(({ answer, response }) => grade(answer, response, options)));
});
