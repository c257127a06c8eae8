/** The products of a model, tuned once per adapter and kept: by whom and where is the shell's business. */
import { shaderSources } from '../gpu/shaderSources';
import type { Gpu } from '../gpu/device';
import {
  isProductTileName,
  leastTunedColumns,
  productKey,
  tunedRows,
  type ProductShape,
  type TunedProducts,
} from '../kernels/productTile';
import { tunedProducts, tuneProducts, type TunedProduct, type TuningOptions } from '../kernels/tuneProducts';
import { vocabularyWindows } from '../kernels/vocabulary';
import { monotonicClock } from '../lib/clock';
import { sha256Hex } from '../lib/sha256';
import type { ModelConfig } from './config';
import { describeDecoder } from './description';

/** Where tunings are kept, text by key. Both may fail: a tuning that is lost is made again. */
export interface TuningStorage {
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
}

const effort = { rounds: 5, roundMs: 4 };

/** Every product of a model's forward and backward pass, for each tuned row count; those that are not tuned are left out. */
export function productShapes(config: ModelConfig): ProductShape[] {
  const { layer, head } = describeDecoder(config);
  const windows = vocabularyWindows(head.rows).map(({ count }) => ({ rows: count, columns: head.columns }));
  // forward x [rows, columns] W^T, backward d y [rows, rows of W] W
  const both = [...Object.values(layer.linears), ...windows].flatMap(({ rows, columns }) => [
    { k: columns, n: rows },
    { k: rows, n: columns },
  ]);
  const shapes = tunedRows.flatMap((rows) =>
    both.filter(({ n }) => n >= leastTunedColumns).map(({ k, n }) => ({ rows, k, n })),
  );
  return [...new Map(shapes.map((shape) => [productKey(shape), shape])).values()];
}

/** Names this adapter and this build's kernel. */
export async function tuningKey(gpu: Gpu): Promise<string> {
  const { vendor, architecture, device, description } = gpu.adapter;
  const kernel = ['gemm.wgsl', 'lib/gemm_epilogue.wgsl'].map((name) => shaderSources.get(name) ?? '').join('\n');
  return sha256Hex(new TextEncoder().encode(JSON.stringify([vendor, architecture, device, description, kernel])));
}

/** Takes what is kept for this adapter; nothing where it cannot be read. */
export async function adoptTuning(gpu: Gpu, storage: TuningStorage): Promise<void> {
  const text = await storage.read(await tuningKey(gpu)).catch(() => null);
  if (text !== null) Object.assign(gpu.products, parseTuning(text));
}

/** Reads kept tunings leniently: what is not a known tile is left out and falls back to the default. */
export function parseTuning(text: string): TunedProducts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, name]: [string, unknown]) => (isProductTileName(name) ? [[key, name]] : [])),
  );
}

export type TuningLimits = Pick<TuningOptions, 'budgetMs' | 'onProgress'>;

/** Measures the shapes; their tiles go into `gpu.products`, and all of those into the storage. */
export async function tune(
  gpu: Gpu,
  shapes: readonly ProductShape[],
  storage: TuningStorage | null,
  limits: TuningLimits = {},
): Promise<TunedProduct[]> {
  if (storage) await adoptTuning(gpu, storage);
  const found = await tuneProducts(gpu, shapes, { clock: monotonicClock, ...effort, ...limits });
  Object.assign(gpu.products, tunedProducts(found));
  await storage?.write(await tuningKey(gpu), JSON.stringify(gpu.products)).catch(() => undefined);
  return found;
}

/** Takes the kept tiles and, on a GPU, measures shapes that are missing; what a budget leaves out is measured the next time. An adapter that
 * computes on the CPU takes seconds to compile the candidates: there only `nsr tune` measures. Call it before a model is built on `gpu`. */
export async function ensureTuned(
  gpu: Gpu,
  shapes: readonly ProductShape[],
  storage: TuningStorage | null,
  limits: TuningLimits = {},
): Promise<void> {
  if (storage) await adoptTuning(gpu, storage);
  const missing = shapes.filter((shape) => gpu.products[productKey(shape)] === undefined);
  if (gpu.adapter.software || missing.length === 0) return;
  await tune(gpu, missing, storage, limits);
}
