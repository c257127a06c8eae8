/** The tables of the kernels that run once per optimiser step; offsets in vec4, inside the shards that a dispatch binds. */
import type { FoldedRegion, MatrixRegion, ParameterLayout } from './layout';
import type { Shards } from './shards';

/** Rows per chunk of finish_grads: enough chunks to keep a GPU busy, few enough partial sums. */
const chunkRows = 64;

/** A dispatch of finish_grads: the matrices whose weights, gains and gradients lie in these shards (their indices). */
export interface FinishTable {
  readonly weights: number;
  readonly gains: number;
  readonly grads: number;
  /** Shard of the gradients where the folded weight's gradient is; another than `grads` for a tied head at most. */
  readonly folded: number;
  /** 8 u32 per chunk, see finish_grads.wgsl. */
  readonly chunks: number[];
}

/** A dispatch of gain_grad, for the gains in one shard. */
export interface GainTable {
  readonly gains: number;
  /** 4 u32 per norm, see gain_grad.wgsl. */
  readonly norms: number[];
}

/** A dispatch of fold_weights. */
export interface FoldTable {
  readonly weights: number;
  readonly gains: number;
  readonly folded: number;
  /** 8 u32 per matrix, see fold_weights.wgsl. */
  readonly matrices: number[];
  largestBlocks: number;
}

/** Entries by the values of `key`, in the order of their first use. */
class Groups<Key extends object, Entry> {
  private readonly known = new Map<string, Key & Entry>();
  constructor(private readonly make: () => Entry) {}
  of(key: Key): Key & Entry {
    const name = Object.values(key).join();
    const found = this.known.get(name) ?? { ...key, ...this.make() };
    this.known.set(name, found);
    return found;
  }
  all(): (Key & Entry)[] {
    return [...this.known.values()];
  }
}

/** Every matrix behind a norm in chunks of rows, and every norm. `chunkCount`: rows of the partial sums. */
export function finishTables(
  layout: ParameterLayout,
  weights: Shards,
  grads: Shards,
): { readonly finish: readonly FinishTable[]; readonly gain: readonly GainTable[]; readonly chunkCount: number } {
  const finish = new Groups<Omit<FinishTable, 'chunks'>, { chunks: number[] }>(() => ({ chunks: [] }));
  const gain = new Groups<Omit<GainTable, 'norms'>, { norms: number[] }>(() => ({ norms: [] }));
  let chunkCount = 0;
  /** `from`: where the gradient of the folded weight lies. */
  const addChunks = (region: MatrixRegion, from: MatrixRegion, gainAt: number): void => {
    for (let row = 0; row < region.rows; row += chunkRows) {
      // a chunk lies in one shard, the matrix in several where it is larger than a binding
      const [own, folded] = [region.at + row * region.columns, from.at + row * region.columns];
      const { chunks } = finish.of({
        weights: weights.indexOf(own),
        gains: weights.indexOf(gainAt),
        grads: grads.indexOf(own),
        folded: grads.indexOf(folded),
      });
      chunks.push(
        grads.within(folded) / 4, Math.min(chunkRows, region.rows - row), region.columns / 4, weights.within(own) / 4,
        weights.within(gainAt) / 4, grads.within(own) / 4, region.at === from.at ? 0 : 1, chunkCount,
      ); // prettier-ignore
      chunkCount++;
    }
  };
  /** A norm and the maps behind it, each with the gradient of its folded weight. */
  const addNorm = (gainAt: number, maps: readonly (readonly [MatrixRegion, MatrixRegion])[]): void => {
    const first = chunkCount;
    for (const [region, from] of maps) addChunks(region, from, gainAt);
    const gainGrads = grads.within(gainAt);
    const own = gain.of({ gains: grads.indexOf(gainAt) });
    own.norms.push(first, chunkCount - first, gainGrads / 4, layout.decoder.widths.x / 4);
  };
  for (const { matrices } of layout.layers)
    for (const region of Object.values(matrices))
      if (region.gainAt !== null) addNorm(region.gainAt, [[region, region]]);
  addNorm(
    layout.finalNorm.at,
    layout.headWindows.map((window) => [window, window.gradient] as const),
  );
  return { finish: finish.all(), gain: gain.all(), chunkCount };
}

/** `regions`: each in one shard of the weights, and its transpose in one of the transposes. */
export function foldTables(regions: readonly FoldedRegion[], weights: Shards, folded: Shards): FoldTable[] {
  const groups = new Groups<
    Pick<FoldTable, 'weights' | 'gains' | 'folded'>,
    { matrices: number[]; largestBlocks: number }
  >(() => ({ matrices: [], largestBlocks: 0 }));
  for (const region of regions) {
    const { rows, columns, gainAt } = region;
    const own = weights.indexOf(region.at);
    const group = groups.of({
      weights: own,
      gains: gainAt === null ? own : weights.indexOf(gainAt),
      folded: folded.indexOf(region.folded.at),
    });
    const to = folded.within(region.folded.at);
    const gainIn = gainAt === null ? 0 : weights.within(gainAt);
    group.matrices.push(
      weights.within(region.at) / 4, to / 4, rows / 4, columns / 4, gainIn / 4, gainAt === null ? 0 : 1, 0, 0,
    ); // prettier-ignore
    group.largestBlocks = Math.max(group.largestBlocks, (rows * columns) / 16);
  }
  return groups.all();
}
