/** Reads one file in a worker of its own: a hostile one can take neither a frame from the page nor more than its deadline. */
import type { Catalogue } from '../experiment/catalogue';
import { readSharedFile } from './sharedFile';

onmessage = ({ data }: MessageEvent<{ readonly file: Blob; readonly catalogue: Catalogue }>): void => {
  void readSharedFile(data.file, data.catalogue).then((result) => postMessage(result));
};
