import type { TokenQuestion } from './tokenReport';

/** What the page asks of a run; answered between two steps. */
export type WorkerQuestion =
  | ({ readonly kind: 'token' } & TokenQuestion)
  /** What sampling alone does with the present weights. */
  | { readonly kind: 'cooling' }
  | ({ readonly kind: 'handed-on' } & TokenQuestion)
  /** Measures, too: the row comes as an event. */
  | { readonly kind: 'forces' };
