/** How the threads of gemm.wgsl share a product's output, and which way is chosen for which shape. */

export interface ProductTile {
  /** Stage both factors in workgroup memory, or read them through the cache. */
  readonly staged: boolean;
  /** Rows of C that a thread owns; it always owns two vec4 columns of them. */
  readonly rowsPerThread: 4 | 8;
  /** Threads of a workgroup, at most: narrow outputs take fewer. */
  readonly threads: number;
  /** Inner dimension of a staged tile. */
  readonly depth: number;
}

/** No tile covers more than 64 rows, the multiple in which rows are allocated. */
export const productTiles = {
  'cached 8x8, 8 threads': { staged: false, rowsPerThread: 8, threads: 8, depth: 1 },
  'cached 8x8, 64 threads': { staged: false, rowsPerThread: 8, threads: 64, depth: 1 },
  'cached 4x8, 16 threads': { staged: false, rowsPerThread: 4, threads: 16, depth: 1 },
  'cached 4x8, 64 threads': { staged: false, rowsPerThread: 4, threads: 64, depth: 1 },
  'staged 64x64, 64 threads': { staged: true, rowsPerThread: 8, threads: 64, depth: 16 },
  'staged 64x64, 128 threads': { staged: true, rowsPerThread: 4, threads: 128, depth: 16 },
  'staged 32x64, 64 threads': { staged: true, rowsPerThread: 4, threads: 64, depth: 16 },
  'staged 32x64, 32 threads': { staged: true, rowsPerThread: 8, threads: 32, depth: 16 },
} as const satisfies Record<string, ProductTile>;

export type ProductTileName = keyof typeof productTiles;

export const productTileNames = Object.keys(productTiles) as readonly ProductTileName[];

export const isProductTileName = (name: unknown): name is ProductTileName =>
  typeof name === 'string' && Object.hasOwn(productTiles, name);

/** A product [rows, k] x [k, n]. */
export interface ProductShape {
  readonly rows: number;
  readonly k: number;
  readonly n: number;
}

/** Tiles by `productKey`: what a tuning found on an adapter. A tile never changes the bits of a product, only its time. */
export type TunedProducts = Readonly<Record<string, ProductTileName>>;

/** Row counts that are tuned; any other takes the nearest one's tile. */
export const tunedRows = [64, 512, 4096] as const;

/** Outputs narrower than a tile keep their default: the partial sums of `swigluBackward` follow their layout. */
export const leastTunedColumns = 64;

export function productKey({ rows, k, n }: ProductShape): string {
  const distance = (candidate: number) => Math.abs(Math.log2(candidate / Math.max(1, rows)));
  const nearest = tunedRows.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
  return `${nearest}x${k}x${n}`;
}

/** Workgroups below which a GPU is better filled by smaller tiles. */
const fewWorkgroups = 64;

/** The tile where nothing was tuned. CPU adapters pay for every barrier and read through a real cache; GPUs need both factors staged. */
export function defaultProductTile(software: boolean, { rows, n }: ProductShape): ProductTileName {
  if (software) return 'cached 8x8, 8 threads';
  const workgroups = Math.ceil(rows / 64) * Math.ceil(n / 64);
  return workgroups < fewWorkgroups ? 'staged 32x64, 64 threads' : 'staged 64x64, 64 threads';
}

export function chooseProductTile(software: boolean, tuned: TunedProducts, shape: ProductShape): ProductTileName {
  const found = shape.n >= leastTunedColumns ? tuned[productKey(shape)] : undefined;
  return found ?? defaultProductTile(software, shape);
}
