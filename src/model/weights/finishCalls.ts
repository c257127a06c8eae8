import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import { finishGradients, gainGradients } from '../../kernels/optimizer';
import type { KernelVariant } from '../../kernels/variant';
import { at } from '../../lib/invariant';
import type { ParameterLayout } from './layout';
import type { Shards } from './shards';
import { finishTables } from './stepTables';
import { uploadTable } from './uploadTable';

/** Gradients of maps behind norms and of the norms' gains, from those of the folded weights. */
export function finishCalls(
  gpu: Gpu,
  pool: BufferPool,
  { layout, values: weights }: { readonly layout: ParameterLayout; readonly values: Shards },
  gradients: Shards,
  variant: KernelVariant,
): KernelCall[] {
  const { finish, gain, chunkCount } = finishTables(layout, weights, gradients);
  const columns = layout.decoder.widths.x;
  const partial = { buffer: pool.storage('gradients', 'gain partial sums', chunkCount * columns) };
  const bufferOf = ({ shards }: Shards, index: number): BufferSlice => ({ buffer: at(shards, index).buffer });
  return [
    ...finish.map((table) =>
      finishGradients({
        variant,
        weights: bufferOf(weights, table.weights),
        gains: bufferOf(weights, table.gains),
        grads: bufferOf(gradients, table.grads),
        folded: table.folded === table.grads ? null : bufferOf(gradients, table.folded),
        chunks: uploadTable(gpu, pool, 'chunk table', table.chunks),
        chunkCount: table.chunks.length / 8,
        partial,
        columns,
      }),
    ),
    ...gain.map((table) =>
      gainGradients({
        variant,
        norms: uploadTable(gpu, pool, 'norm table', table.norms),
        normCount: table.norms.length / 4,
        partial,
        grads: bufferOf(gradients, table.gains),
        columns,
      }),
    ),
  ];
}
