import type { TokenQuestion } from './tokenReport';

/** What the page asks of a run; answered between two steps. */
export type WorkerQuestion =
  | ({ readonly kind: 'token' } & TokenQuestion)
  /** What sampling alone does with the present weights. */
  | { readonly kind: 'cooling' };
