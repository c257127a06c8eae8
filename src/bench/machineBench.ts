/** Everything `nsr bench` measures, one figure at a time: the machine's roofline, matrix products, models. */
import type { Gpu } from '../gpu/device';
import { at } from '../lib/invariant';
import { createRng } from '../lib/rng';
import type { BenchPlan } from './cases';
import { GemmBench, type GemmShape } from './gemmJob';
import { measureInterleaved, rounded, type Measurement } from './measure';
import { measureModel } from './modelBench';
import { adapterName } from './nsrBench';
import { measureRoofline, type Roofline } from './roofline';
import { measureSize } from './sizeBench';

/** Calls `emit` with each figure, a JSON value, as soon as it is there, and `say` with lines for people where a figure takes minutes.
 * Stops between models when `signal` is aborted. */
export async function benchMachine(
  gpu: Gpu,
  plan: BenchPlan,
  emit: (figure: object) => void,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Roofline> {
  const roofline = await measureRoofline(gpu, plan.rounds);
  const { adapter } = gpu;
  const write = (figure: object) => emit(rounded(figure));
  write({ kind: 'roofline', adapter: adapterName(adapter), software: adapter.software, ...roofline });
  // where the CPU computes, other load does not change the operations per processor second: shares are taken there
  const share = (flops: number, { ms, cpuMs }: Measurement) => {
    const rate = (time: number) => flops / time / 1e6;
    if (roofline.gflopsPerCore === null || cpuMs === null) {
      return { gflops: rate(ms.median), rooflineShare: rate(ms.median) / roofline.gflops };
    }
    const gflopsPerCore = rate(cpuMs.median);
    return { gflops: rate(ms.median), gflopsPerCore, rooflineShare: gflopsPerCore / roofline.gflopsPerCore };
  };

  if (!signal.aborted && plan.gemm.length > 0) {
    const benches: GemmBench[] = [];
    for (const shape of plan.gemm) benches.push(await randomProduct(gpu, shape));
    const works = benches.map((bench) => (times: number) => bench.repeat(times));
    const measured = await measureInterleaved(gpu, works, plan.rounds, plan.leastMs);
    measured.forEach((one, index) => {
      const { M, K, N } = at(plan.gemm, index);
      write({ kind: 'gemm', M, K, N, ...one, ...share(2 * M * K * N, one) });
    });
    for (const bench of benches) bench.dispose();
  }
  for (const bench of plan.cases) {
    if (signal.aborted) break;
    const figures = await measureModel(gpu, bench, plan.rounds, plan.leastMs);
    for (const { flops, ...figure } of figures) write({ ...figure, ...share(flops, figure) });
  }
  for (const size of plan.sizes?.cases ?? []) {
    if (signal.aborted || plan.sizes === undefined) break;
    const { rounds, leastMs } = plan;
    for (const { flops, weightBytes, kernels, ...figure } of await measureSize(gpu, size, plan.sizes, {
      rounds,
      leastMs,
      say,
    })) {
      const weightGbPerSecond = weightBytes / figure.ms.median / 1e6;
      const bandwidthShare = weightGbPerSecond / roofline.copyGbPerSecond;
      write({ ...figure, flops, ...share(flops, figure), weightGbPerSecond, bandwidthShare });
      const { model, kind, shape } = figure;
      if (kernels) write({ kind: 'kernels', model, work: `${kind} ${shape}`, kernels });
    }
  }
  return roofline;
}

async function randomProduct(gpu: Gpu, shape: GemmShape): Promise<GemmBench> {
  const rng = createRng(1, 'gemm');
  const values = (count: number) => Float32Array.from({ length: count }, () => rng.nextFloat() - 0.5);
  return GemmBench.build(gpu, shape, values(shape.M * shape.K), values(shape.K * shape.N));
}
