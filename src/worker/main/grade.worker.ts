/** The page's grading worker: its entry. */
import { answerRequest, type GradeRequest } from '../../trainer/gradeRows';

onmessage = ({ data }: MessageEvent<GradeRequest>): void => postMessage(answerRequest(data));
