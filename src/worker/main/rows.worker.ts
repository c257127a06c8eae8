/** Reads files of rows in a worker of its own: its entry. */
import { failure, success } from '../../lib/result';
import { readTaskRows } from '../../trainer/data/taskRows';
import type { RowsReply, RowsRequest } from './nestedWorkers';

onmessage = ({ data: { task, files } }: MessageEvent<RowsRequest>): void => {
  const answer = (reply: RowsReply): void => postMessage(reply);
  readTaskRows(task, files).then(
    (data) => answer(success(data)),
    (error: unknown) => answer(failure(error instanceof Error ? error.message : String(error))),
  );
};
