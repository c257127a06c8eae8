import type { ModelWish } from '../../export/model/modelForm';
import type { TokenQuestion } from './tokenReport';

/** What the page asks of a run; answered between two steps. */
export type WorkerQuestion =
  | ({ readonly kind: 'token' } & TokenQuestion)
  /** What sampling alone does with the present weights. */
  | { readonly kind: 'cooling' }
  /** The present weights as files. */
  | { readonly kind: 'model'; readonly wish: ModelWish }
  | ({ readonly kind: 'handed-on' } & TokenQuestion)
  /** Measures, too: the row comes as an event. */
  | { readonly kind: 'forces' };
