/** Buffers over the parameters' addresses: one where a model fits into a binding, several where it does not. */
import type { BufferPool } from '../../gpu/buffers';
import { formatBytes } from '../../gpu/buffers';
import type { BufferSlice } from '../../gpu/plan';
import type { TensorHandle, TensorWindow } from '../../kernels/tensor';
import { InputError } from '../../lib/errors';
import { at } from '../../lib/invariant';
import type { MatrixRegion, NamedRegion, Region } from './layout';

/** A run of addresses in one buffer, floats. */
export interface Shard extends Region {
  readonly buffer: GPUBuffer;
}

/** Floats of one buffer. */
export interface ShardLimits {
  /** Where there is a choice. */
  readonly usual: number;
  /** What the device binds: a region alone may take as much. */
  readonly most: number;
}

/** As few runs as hold the regions (in the order of their addresses, one behind the other) within the limits. Throws `InputError`
 * where one region alone is larger. */
export function cutShards(regions: readonly NamedRegion[], { usual, most }: ShardLimits): Region[] {
  const runs: { at: number; length: number }[] = [];
  for (const region of regions) {
    checkRegion(region, most);
    const run = runs.at(-1);
    const length = region.at + region.length - (run?.at ?? 0);
    if (run && length <= usual) run.length = length;
    else runs.push({ at: region.at, length: region.length });
  }
  return runs;
}

function checkRegion({ name, length }: NamedRegion, most: number): void {
  if (length <= most) return;
  const allowed = `no buffer over ${formatBytes(most * 4)}, this device's limit`;
  throw new InputError('model', `${formatBytes(length * 4)} for its ${name}`, allowed);
}

export class Shards {
  readonly shards: readonly Shard[];

  constructor(pool: BufferPool, role: string, label: string, runs: readonly Region[]) {
    this.shards = runs.map((run, s) => ({ ...run, buffer: pool.storage(role, `${label} ${s}`, run.length) }));
  }

  handle(region: Region & Pick<MatrixRegion, 'rows' | 'columns'>): TensorHandle {
    const { buffer, at: start } = this.shardOf(region.at);
    return { buffer, offset: 4 * (region.at - start), rows: region.rows, columns: region.columns, type: 'f32' };
  }

  /** Runs of a matrix's rows, one for each shard that holds some of them. */
  windows({ at: start, length, columns }: MatrixRegion): TensorWindow[] {
    return this.shards.flatMap(({ buffer, at: shardStart, length: shardLength }) => {
      const from = Math.max(start, shardStart);
      const rows = (Math.min(start + length, shardStart + shardLength) - from) / columns;
      if (rows <= 0) return [];
      return [
        {
          first: (from - start) / columns,
          tensor: { buffer, offset: 4 * (from - shardStart), rows, columns, type: 'f32' as const },
        },
      ];
    });
  }

  /** `length` floats from address `start` on, all in one shard. */
  slice({ at: start, length }: Region): BufferSlice {
    const shard = this.shardOf(start);
    return { buffer: shard.buffer, offset: (start - shard.at) * 4, size: Math.ceil(length / 4) * 16 };
  }

  /** Floats from the start of its shard. */
  within(address: number): number {
    return address - this.shardOf(address).at;
  }

  private shardOf(address: number): Shard {
    return at(this.shards, this.indexOf(address));
  }

  indexOf(address: number): number {
    return this.shards.findLastIndex((shard) => shard.at <= address);
  }
}
