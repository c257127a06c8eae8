/** How kernels are shaped for an adapter. CPU adapters pay dearly for barriers and workgroup memory; GPUs need both. */
export interface KernelVariant {
  /** Stage matrix tiles in workgroup memory. */
  readonly tiled: boolean;
  /** Threads per row of row-wise reductions (loss, sampling): 1 = a thread owns a row. */
  readonly rowThreads: number;
  /** Slabs over which weight gradients are summed in parallel. */
  readonly gradientSlabs: number;
  /** Partial sums of the gradient norm, and threads per partial sum. */
  readonly normPartials: number;
  readonly normThreads: number;
}

export const softwareVariant: KernelVariant = {
  tiled: false,
  rowThreads: 1,
  gradientSlabs: 1,
  normPartials: 64,
  normThreads: 1,
};

export const gpuVariant: KernelVariant = {
  tiled: true,
  rowThreads: 64,
  gradientSlabs: 8,
  normPartials: 64,
  normThreads: 128,
};
