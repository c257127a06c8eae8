/** A browser's storage that refuses, or does not answer: what to say, and how long to wait. */

/** It was asked and said nothing. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** How long storage may take to open. */
export const ANSWER_MS = 5_000;

/** Asks as `ask` does, but waits so long at most and then rejects with `NoAnswerError`. While a question stands unanswered it is not put
 * again, and nobody waits for it any more: each later call rejects at once until the answer has come. */
export function patiently<T>(ask: () => Promise<T>, ms: number = ANSWER_MS): () => Promise<T> {
  let open: { readonly answer: Promise<T>; late: boolean } | null = null;
  return () => {
    if (open?.late) return Promise.reject(new NoAnswerError("the browser's storage does not answer"));
    if (!open) {
      const asked = { answer: ask(), late: false };
      open = asked;
      const closed = (): void => {
        open = null;
      };
      asked.answer.then(closed, closed);
    }
    const asked = open;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        asked.late = true;
        reject(new NoAnswerError("the browser's storage does not answer"));
      }, ms);
      asked.answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  };
}

/** Asks, and waits so long at most. `late` is given what comes after that, to be put away. */
export type Patience = <T>(question: () => Promise<T>, late?: (answer: T) => void) => Promise<T>;

/** Rejects with `NoAnswerError` when the time is over, and while any question stands unanswered at once: whoever stores again and again
 * waits once. */
export function createPatience(ms: number = ANSWER_MS): Patience {
  let unanswered = 0;
  return (question, late) => {
    const refusal = (): NoAnswerError => new NoAnswerError("the browser's storage does not answer");
    if (unanswered > 0) return Promise.reject(refusal());
    const answer = question();
    return new Promise((resolve, reject) => {
      let over = false;
      const timer = setTimeout(() => {
        over = true;
        unanswered += 1;
        reject(refusal());
      }, ms);
      const answered = (): boolean => {
        clearTimeout(timer);
        if (over) unanswered -= 1;
        return !over;
      };
      answer.then(
        (value) => (answered() ? resolve(value) : late?.(value)),
        (error: unknown) => {
          if (answered()) reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  };
}

/** Why something could not be stored, in words that end no sentence. */
export function refusalOf(error: unknown): string {
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (/^(StorageFull|QuotaExceeded)Error$/.test(name)) return "the browser's storage is full";
  if (/^(Security|NotAllowed|Type|InvalidState)Error$/.test(name)) return 'this browser window refuses storage';
  if (name === 'VersionError') return 'a newer version of this page has stored its runs here; reload to get it';
  return message || 'the storage failed';
}
