/** One question to the hub: answered, or asked again while there is hope, or refused in words. */
import { describeValue, oneLine } from '../lib/errors';
import { HubError } from './hubError';
import type { HubWorld, TransferOptions } from './types';

/** An answer that says nothing for so long is given up. */
const SILENCE_MS = 30_000;
/** Before the second try, the third, ... each without a new byte since the one before. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 16_000];
/** A longer Retry-After is told, and not waited for. */
const LONGEST_WAIT_MS = 300_000;

export interface Question {
  readonly url: string;
  /** What is asked for, in words that begin a sentence: `config.json of Org/Name`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `heard`: to be called with every piece of the body, or the answer counts as silent. */
type Reader<T> = (response: Response, heard: (bytes: number) => void) => Promise<T>;

type AskOptions = Pick<TransferOptions, 'signal' | 'onNotice'>;

/** Asks, and reads the answer; again after a pause where the fault may pass. Whenever a try brought bytes the pauses begin anew. Rejects
 * with `HubError`, with the signal's reason, or with what `read` throws. */
export async function ask<T>(
  world: HubWorld,
  question: () => Question,
  options: AskOptions,
  read: Reader<T>,
): Promise<T> {
  const { signal, onNotice } = options;
  for (let failures = 0; ;) {
    let bytes = 0;
    try {
      return await askOnce(world, question(), signal, read, (count) => (bytes += count));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HubError) || error.retryAfterMs === undefined) throw error;
      failures = bytes > 0 ? 1 : failures + 1;
      const pause = pausesMs[failures - 1];
      if (pause === undefined) throw new HubError(error.fault, `${error.message}; tried ${failures} times`);
      const wait = error.retryAfterMs ?? pause;
      if (wait > LONGEST_WAIT_MS)
        throw new HubError(
          error.fault,
          `${error.message}; it asks to come back in ${Math.ceil(wait / 60_000)} minutes`,
        );
      onNotice?.(`${error.message}; once more in ${Math.ceil(wait / 1000)} s`);
      await world.sleep(wait, signal);
    }
  }
}

async function askOnce<T>(
  world: HubWorld,
  { url, what, headers = {} }: Question,
  signal: AbortSignal,
  read: Reader<T>,
  count: (bytes: number) => void,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener('abort', stop);
  let heardAt = world.now();
  const silent = watch(world, own.signal, () => world.now() - heardAt);
  const answer = async (): Promise<T> => {
    const response = await world.fetch(url, { headers, signal: own.signal }).catch((error: unknown) => {
      throw new HubError('offline', `${what}: there was no answer (${reasonOf(error)})`, null);
    });
    heardAt = world.now();
    if (!response.ok) throw refusal(response, what, world.now());
    return read(response, (bytes) => {
      heardAt = world.now();
      count(bytes);
    }).catch((error: unknown) => {
      // What a broken body throws differs from place to place; ours are typed.
      if (!(error instanceof TypeError || (error instanceof Error && /abort|terminated/i.test(error.name))))
        throw error;
      throw new HubError('cut-off', `${what}: the answer broke off (${reasonOf(error)})`, null);
    });
  };
  try {
    return await Promise.race([
      answer(),
      silent.then(() => {
        throw new HubError('silent', `${what}: nothing came for ${SILENCE_MS / 1000} s`, null);
      }),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
    own.abort();
  }
}

/** Resolves once nothing was heard for too long; never where the signal comes first. */
async function watch(world: HubWorld, signal: AbortSignal, quietMs: () => number): Promise<void> {
  const left = (): number => SILENCE_MS - quietMs();
  try {
    while (left() > 0) await world.sleep(left(), signal);
  } catch {
    await new Promise<never>(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return oneLine(cause instanceof Error ? cause.message : String(cause), 120);
}

function refusal(response: Response, what: string, now: number): HubError {
  const { status, headers } = response;
  const code = headers.get('X-Error-Code');
  const gated = code === 'GatedRepo';
  if (gated)
    return new HubError(
      'gated',
      `${what}: its owner asks people to accept terms first, and only then gives it to those who are logged in`,
    );
  switch (status) {
    case 401:
    case 403:
      return new HubError(
        'gated',
        `${what}: the hub answered ${status}: there is no such repository, or it is private`,
      );
    case 404:
      return new HubError(
        'not-found',
        `${what}: the hub has no such ${notFound[code ?? ''] ?? 'repository, revision or file'} (404)`,
      );
    case 416:
      return new HubError('changed', `${what}: the hub has no such part (416): the file is shorter than it was`);
    case 429:
      return new HubError('busy', `${what}: too many requests (429)`, retryAfter(headers.get('Retry-After'), now));
    default: {
      const message = `${what}: the hub answered ${status}`;
      if (status < 500) return new HubError('refused', message);
      return new HubError('busy', message, retryAfter(headers.get('Retry-After'), now));
    }
  }
}

const notFound: Readonly<Record<string, string>> = {
  RepoNotFound: 'repository',
  RevisionNotFound: 'revision',
  EntryNotFound: 'file',
};

/** RFC 9110: seconds, or a date. Null where there is none. */
function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** A page in place of data: a login, a proxy, a host's own error page. Throws `HubError`. */
export function refusePage(response: Response, what: string): void {
  const type = response.headers.get('Content-Type') ?? '';
  if (/^text\/html\b/i.test(type))
    throw new HubError('not-data', `${what}: a web page came in place of the file (${describeValue(type)})`);
}
