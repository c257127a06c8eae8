/** Times the tiles of gemm.wgsl for given shapes on an adapter; a tile counts only if its product has the bits of the default's, which is checked against float64. */
import { BufferPool } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { Plan } from '../gpu/plan';
import { ReadbackRing } from '../gpu/readback';
import type { Clock } from '../lib/clock';
import { at } from '../lib/invariant';
import { median } from '../lib/numeric';
import { createRng } from '../lib/rng';
import { gemm } from './gemm';
import {
  defaultProductTile,
  productKey,
  productTileNames,
  type ProductShape,
  type ProductTileName,
  type TunedProducts,
} from './productTile';
import { kernelVariant } from './variant';

export interface TuningOptions {
  readonly clock: Clock;
  /** Rounds over all tiles, in turn. */
  readonly rounds: number;
  /** Milliseconds that the default tile takes in one round, about: its repetitions in one submit. */
  readonly roundMs: number;
  /** Begins no further shape after so many milliseconds. */
  readonly budgetMs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface TunedProduct extends ProductShape {
  readonly chosen: ProductTileName;
  /** Median milliseconds of one product by tile; null = refused, because its bits differ from the default's. */
  readonly ms: Readonly<Partial<Record<ProductTileName, number | null>>>;
}

/** A tile must beat the default by this much, in the median and in nearly every round: less is noise. */
const leastGain = 0.05;
const winningRounds = 0.75;

/** Outputs per shape that are compared with float64. */
const checkedOutputs = 64;

/** Relative to the sum of the absolute terms. */
const tolerance = 1e-5;

/** Rejects with the device's failure, or with an `Error` when the default tile's product is wrong. Shapes that the budget left out are missing in the result. */
export async function tuneProducts(
  gpu: Gpu,
  shapes: readonly ProductShape[],
  options: TuningOptions,
): Promise<TunedProduct[]> {
  const { clock, budgetMs = Infinity, onProgress } = options;
  const tuned: TunedProduct[] = [];
  const start = clock();
  // The dearest first: a budget may end before the last.
  const size = ({ rows, k, n }: ProductShape) => rows * k * n;
  for (const shape of [...shapes].sort((a, b) => size(b) - size(a))) {
    onProgress?.(tuned.length, shapes.length);
    if (tuned.length > 0 && clock() - start > budgetMs) break;
    tuned.push(await tuneProduct(gpu, shape, options));
  }
  return tuned;
}

export function tunedProducts(found: readonly TunedProduct[]): TunedProducts {
  return Object.fromEntries(found.map((one) => [productKey(one), one.chosen]));
}

async function tuneProduct(gpu: Gpu, shape: ProductShape, options: TuningOptions): Promise<TunedProduct> {
  const pool = new BufferPool(gpu, 'tuning');
  const ring = new ReadbackRing(gpu, 'tuning');
  try {
    const product = await Trial.build(gpu, pool, ring, shape);
    const first = defaultProductTile(kernelVariant(gpu).software, shape);
    const expected = await product.words(first);
    product.check(new Float32Array(expected.buffer));
    const times = new Map<ProductTileName, number[] | null>([[first, []]]);
    for (const name of productTileNames) {
      if (name === first) continue;
      const words = await product.words(name);
      times.set(name, words.every((word, i) => word === expected[i]) ? [] : null);
    }
    const once = await product.time(first, 1, options.clock);
    const repetitions = Math.max(1, Math.min(1000, Math.round(options.roundMs / Math.max(once, 1e-3))));
    for (let round = 0; round < options.rounds; round++) {
      for (const [name, rounds] of times)
        rounds?.push((await product.time(name, repetitions, options.clock)) / repetitions);
    }
    gpu.check();
    const ms = Object.fromEntries([...times].map(([name, rounds]) => [name, rounds && median(rounds)]));
    return { ...shape, chosen: choose(first, times), ms };
  } finally {
    ring.dispose();
    pool.dispose();
  }
}

/** `times`: by tile, one for each round; rounds are compared pairwise, since other load comes and goes. */
function choose(first: ProductTileName, times: ReadonlyMap<ProductTileName, number[] | null>): ProductTileName {
  const standard = times.get(first) ?? [];
  let chosen = first;
  let best = median(standard) * (1 - leastGain);
  for (const [name, rounds] of times) {
    if (rounds === null) continue;
    const wins = rounds.filter((time, round) => time < at(standard, round) * (1 - leastGain)).length;
    if (wins < winningRounds * rounds.length || median(rounds) >= best) continue;
    chosen = name;
    best = median(rounds);
  }
  return chosen;
}

/** One product on random factors, computed by any tile. */
class Trial {
  private readonly plans = new Map<ProductTileName, Plan>();

  private constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly shape: ProductShape,
    private readonly a: Float32Array<ArrayBuffer>,
    private readonly b: Float32Array<ArrayBuffer>,
    private readonly c: GPUBuffer,
  ) {}

  static async build(gpu: Gpu, pool: BufferPool, ring: ReadbackRing, shape: ProductShape): Promise<Trial> {
    const { rows, k, n } = shape;
    const lda = Math.ceil(k / 4) * 4;
    const allocated = Math.ceil(rows / 64) * 64;
    const random = createRng(1, 'tuning', rows, k, n);
    const values = (count: number) => Float32Array.from({ length: count }, () => random.nextFloat() - 0.5);
    const upload = (label: string, data: Float32Array<ArrayBuffer>) => {
      const buffer = pool.storage('tuning', label, data.length);
      gpu.device.queue.writeBuffer(buffer, 0, data);
      return buffer;
    };
    const a = values(allocated * lda);
    const b = values(k * n);
    const c = pool.storage('tuning', 'c', allocated * n);
    const trial = new Trial(gpu, ring, shape, a, b, c);
    const variant = kernelVariant(gpu);
    const bindings = { a: { buffer: upload('a', a) }, b: { buffer: upload('b', b) }, c: { buffer: c } };
    await Promise.all(
      productTileNames.map(async (name) => {
        const products = { [productKey(shape)]: name };
        const call = gemm({
          label: `tuning, ${name}`, variant: { ...variant, products }, ...bindings, lda, k, n, rows: 'rows', capacity: rows, output: { kind: 'plain' },
        }); // prettier-ignore
        trial.plans.set(name, await Plan.build(gpu, 'tuning', [call]));
      }),
    );
    return trial;
  }

  /** Bits of C, [rows, n], after the buffer was filled with what no product gives. */
  async words(name: ProductTileName): Promise<Uint32Array> {
    const count = this.shape.rows * this.shape.n;
    this.gpu.device.queue.writeBuffer(this.c, 0, new Uint32Array(count).fill(0x7fc0dead));
    const readback = this.ring.reserve(count * 4);
    const encoder = this.encode(name, 1);
    readback.copy(encoder, this.c, 0, 0, count * 4);
    this.gpu.device.queue.submit([encoder.finish()]);
    return new Uint32Array(await readback.read());
  }

  /** Compares some outputs with float64. */
  check(c: Float32Array): void {
    const { rows, k, n } = this.shape;
    const lda = this.a.length / (Math.ceil(rows / 64) * 64);
    const random = createRng(2, 'tuning', rows, k, n);
    for (let i = 0; i < checkedOutputs; i++) {
      const [row, column] = [random.int(rows), random.int(n)];
      let sum = 0;
      let scale = 0;
      for (let inner = 0; inner < k; inner++) {
        const term = at(this.a, row * lda + inner) * at(this.b, inner * n + column);
        sum += term;
        scale += Math.abs(term);
      }
      const got = at(c, row * n + column);
      if (!(Math.abs(got - sum) <= tolerance * Math.max(scale, 1e-3)))
        throw new Error(
          `tuning: the product ${rows} x ${k} x ${n} is wrong at [${row}, ${column}]: ${got}, not ${sum}`,
        );
    }
  }

  /** Milliseconds of `repetitions` products in one submit. */
  async time(name: ProductTileName, repetitions: number, clock: Clock): Promise<number> {
    const { device } = this.gpu;
    const commands = this.encode(name, repetitions).finish();
    const start = clock();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    return clock() - start;
  }

  private encode(name: ProductTileName, repetitions: number): GPUCommandEncoder {
    const plan = this.plans.get(name);
    if (!plan) throw new Error(`no plan for ${name}`);
    const encoder = this.gpu.device.createCommandEncoder({ label: `tuning, ${name}` });
    const pass = encoder.beginComputePass();
    this.gpu.counts.passes++;
    for (let i = 0; i < repetitions; i++) plan.encode(pass, { rows: this.shape.rows });
    pass.end();
    return encoder;
  }
}
