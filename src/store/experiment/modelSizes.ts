/** What each shipped model takes, as the build measured it (`catalogue.test.ts` keeps it equal to the files in public/models and to the engine's memory plan). */
import data from './modelSizes.json';

export interface ModelSize {
  /** Bytes of the files that training loads. */
  readonly downloadBytes: number;
  /** Bytes of GPU memory for weights, folded weights, gradients and optimiser; activations come on top and grow with the batch. */
  readonly memoryBytes: number;
}

/** Null for a model that does not come with the page. */
export function modelSize(id: string): ModelSize | null {
  const sizes: Readonly<Record<string, ModelSize>> = data;
  return Object.hasOwn(sizes, id) ? (sizes[id] ?? null) : null;
}
