/** How kernels are shaped for an adapter. CPU adapters pay dearly for barriers and workgroup memory; GPUs need both. */
import type { Gpu } from '../gpu/device';
import { isProductTileName, type TunedProducts } from './productTile';

export interface KernelVariant {
  /** The adapter computes on the CPU: epilogues in loops, which compile in a tenth of the time, and few threads to a workgroup. */
  readonly software: boolean;
  /** Tiles of matrix products that a tuning chose; others take the default for their shape. */
  readonly products: TunedProducts;
  /** Threads of a workgroup of the kernels that go over parameters. */
  readonly groupThreads: number;
  /** Threads per row of row-wise reductions (loss, sampling): 1 = a thread owns a row. */
  readonly rowThreads: number;
  /** Runs of rows over which a weight gradient is summed in parallel, by as many threads of a workgroup. */
  readonly gradientSplits: number;
  /** Partial sums of the gradient norm, and threads per partial sum. */
  readonly normPartials: number;
  readonly normThreads: number;
}

export const softwareVariant: KernelVariant = {
  software: true,
  products: {},
  groupThreads: 8,
  rowThreads: 1,
  gradientSplits: 1,
  normPartials: 64,
  normThreads: 1,
};

export const gpuVariant: KernelVariant = {
  software: false,
  products: {},
  groupThreads: 64,
  rowThreads: 64,
  gradientSplits: 8,
  normPartials: 64,
  normThreads: 128,
};

/** Kernel shapes for the adapter, with the tiles chosen for the device so far. */
export function kernelVariant({ adapter, products }: Pick<Gpu, 'adapter' | 'products'>): KernelVariant {
  const base = adapter.software ? softwareVariant : gpuVariant;
  const known = Object.entries(products).flatMap(([key, name]) =>
    isProductTileName(name) ? [[key, name] as const] : [],
  );
  return known.length === 0 ? base : { ...base, products: Object.fromEntries(known) };
}
