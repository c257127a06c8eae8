import { oneLine } from '../lib/errors';

/** What went wrong between here and the hub. */
export type HubFault =
  /** No answer: the network, or a host that is not there. */
  | 'offline'
  /** It began to answer and said nothing any more. */
  | 'silent'
  /** The answer ended before its end. */
  | 'cut-off'
  /** 429, 5xx. */
  | 'busy'
  | 'not-found'
  /** 401, 403: private, or its terms were not accepted. */
  | 'gated'
  /** Another status. */
  | 'refused'
  /** A page, or something else that is not what was asked for. */
  | 'not-data'
  /** A whole file, or another part than the one asked for. */
  | 'no-range'
  /** Another ETag than before. */
  | 'changed'
  /** Size or hash are not those that the hub lists. */
  | 'corrupt'
  /** There is nothing in it that could be imported. */
  | 'unsuitable';

/** Expected of a network. The message is one line for people, without a full stop. */
export class HubError extends Error {
  override readonly name = 'HubError';
  /** Worth another try after so many milliseconds; null: that is for the caller to choose, undefined: it is not. */
  readonly retryAfterMs: number | null | undefined;

  constructor(
    readonly fault: HubFault,
    message: string,
    retryAfterMs?: number | null,
  ) {
    super(oneLine(message, 400));
    this.retryAfterMs = retryAfterMs;
  }
}
