/** The page's text worker: its entry. */
import type { TextRequest } from '../../text/encoder';
import { createTextWork } from '../../text/textWork';

const answer = createTextWork();

onmessage = ({ data }: MessageEvent<TextRequest>): void => postMessage(answer(data));
