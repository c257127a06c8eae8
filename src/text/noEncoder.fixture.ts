import type { EncoderOptions } from './encoder';

/** For tests whose tokenizers never encode in a worker. */
export const noEncoder: EncoderOptions['spawn'] = () => {
  throw new Error('no text worker here');
};
