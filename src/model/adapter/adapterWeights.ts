/** An adapter's factors on the GPU, and what the dispatches ask of them. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { BufferSlice, KernelCall } from '../../gpu/plan';
import type { Factor, LowRank } from '../../kernels/gemm';
import { bindTensor } from '../../kernels/tensor';
import { at } from '../../lib/invariant';
import type { Decoder, LinearRole } from '../description';
import type { MatrixRegion, Region, TensorPlace } from '../weights/layout';
import { cutShards, Shards, type ShardLimits } from '../weights/shards';
import { checkTensors, packTensors, type NamedWeights } from '../weights/tensorImage';
import type { TrainedTensors } from '../weights/trainedTensors';
import { adapterScale, type AdapterConfig } from './adapterConfig';
import { layoutAdapter, type AdaptedMap, type AdapterLayout } from './adapterLayout';

export class AdapterWeights implements TrainedTensors {
  readonly layout: AdapterLayout;
  readonly values: Shards;
  /** s in y = W x + s B A x. */
  readonly scale: number;

  constructor(
    private readonly gpu: Gpu,
    pool: BufferPool,
    decoder: Decoder,
    config: AdapterConfig,
    private readonly limits: ShardLimits,
  ) {
    this.layout = layoutAdapter(decoder, config);
    this.scale = adapterScale(config);
    this.values = new Shards(pool, 'adapter', 'adapter', this.gradientRuns());
  }

  get tensors(): readonly TensorPlace[] {
    return this.layout.tensors;
  }

  get vectorsAt(): number {
    return this.layout.count;
  }

  /** Null where the map has no product of low rank. */
  map(layer: number, role: LinearRole): AdaptedMap | null {
    return at(this.layout.layers, layer)[role] ?? null;
  }

  /** A of u = x A^T. */
  reduce({ a }: AdaptedMap): Omit<Factor, 'gain'> {
    return { b: this.bind(a), natural: true, k: a.columns, n: a.rows };
  }

  /** What u adds to y. */
  expand({ run, parts, width }: AdaptedMap, values: BufferSlice): LowRank {
    return { values, stride: width, factor: this.values.slice(run), inner: this.layout.rank, parts };
  }

  /** B of d u = d y B. */
  backwardExpand(b: MatrixRegion): Factor {
    return { b: this.bind(b), k: b.rows, n: b.columns };
  }

  /** What d u adds to d x. */
  backwardReduce({ a, width }: AdaptedMap, values: BufferSlice): LowRank {
    return { values, stride: width, factor: this.bind(a), inner: width, parts: [] };
  }

  /** A map's factors lie in one buffer, since a product reads all of its B as one. */
  gradientRuns(): readonly Region[] {
    const regions = this.layout.layers.flatMap((maps) =>
      Object.values(maps).map(({ a, run }) => ({ at: a.at, length: run.at + run.length - a.at, name: a.name })),
    );
    return cutShards(regions, this.limits);
  }

  finish(): readonly KernelCall[] {
    return [];
  }

  refresh(): readonly KernelCall[] {
    return [];
  }

  async upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void> {
    checkTensors(this.layout.tensors, tensors);
    packTensors(this.gpu, this.values, this.layout.tensors, tensors);
  }

  private bind(region: MatrixRegion): BufferSlice {
    return bindTensor(this.values.handle(region));
  }
}
