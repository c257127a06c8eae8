/** The threads of this program: bundles of their own beside it (vite.config.ts), each killed when it does not come back. */
import { join } from 'node:path';
import { killable } from '../lib/killable';
import type { TextPort, TextReply, TextRequest } from '../text/encoder';
import { gradeStartMs, type GradeRequest, type GradeWorker } from '../trainer/gradeRows';
import type { Verdict } from '../verify/grade';
import { projectFolder } from './project';
import { threadPort } from './threadPort';

/** Grades in a thread, from the script at `path`. */
export function startGradeWorker(path = join(projectFolder, 'dist/cli/gradeWorker.js')): GradeWorker {
  return killable(() => threadPort<GradeRequest, readonly Verdict[]>(path), gradeStartMs);
}

/** A thread that encodes text. */
export function startTextWorker(): TextPort {
  return threadPort<TextRequest, TextReply>(join(projectFolder, 'dist/cli/textWorker.js'));
}
