/** `nsrBench(part, spec)`: the engine's side of a benchmark beside other libraries; see docs/performance.md. */
import type { GpuCounts } from '../gpu/counting';
import { subtractCounts } from '../gpu/counting';
import { openDevice, type AdapterDescription, type Gpu } from '../gpu/device';
import { InputError } from '../lib/errors';
import type { ReadFile } from './benchFiles';
import { prepareGemm } from './gemmJob';
import type { BenchJob } from './job';
import { prepareRollout } from './rolloutJob';
import { readGemmSpec, readPhase, readRepetitions, readRolloutSpec, readTrainSpec, type BenchPart } from './spec';
import { prepareTrain } from './trainJob';

export type NsrBench = (part: string, spec: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** The version in package.json (a test keeps them equal). */
export const engineVersion = '0.1.0';

/** Jobs share one device, opened by the first; preparing an id again replaces its job. A part that is not known and a bad
 * spec reject. */
export function createNsrBench(read: ReadFile): NsrBench {
  const jobs = new Map<string, BenchJob>();
  let opened: Promise<Gpu> | null = null;

  async function device(): Promise<Gpu> {
    const known = await opened?.catch(() => null);
    if (known && known.failure() === null) return known;
    opened = openDevice();
    return opened;
  }

  return async (part, spec) => {
    const request = readPhase(part, spec);
    const key = `${request.part} ${request.id}`;
    const job = jobs.get(key);
    if (request.phase === 'prepare') {
      jobs.delete(key);
      job?.dispose();
      const gpu = await device();
      const start = performance.now();
      const prepared = await prepare(request.part, gpu, read, spec);
      jobs.set(key, prepared);
      const adapter = adapterName(gpu.adapter);
      const setup = { peer: 'nsr', version: engineVersion, adapter, setup_ms: performance.now() - start };
      return { ...setup, ...prepared.answer };
    }
    if (!job) throw new InputError('spec.id', request.id, `an open job of ${request.part}: prepare it first`);
    switch (request.phase) {
      case 'round':
        return timeRound(await device(), job, readRepetitions(spec));
      case 'verify':
        return job.verify();
      case 'dispose':
        jobs.delete(key);
        job.dispose();
        return {};
    }
  };
}

function prepare(part: BenchPart, gpu: Gpu, read: ReadFile, spec: unknown): Promise<BenchJob> {
  switch (part) {
    case 'gemm':
      return prepareGemm(gpu, read, readGemmSpec(spec));
    case 'train':
      return prepareTrain(gpu, read, readTrainSpec(spec));
    case 'rollout':
      return prepareRollout(gpu, read, readRolloutSpec(spec));
  }
}

async function timeRound(gpu: Gpu, job: BenchJob, repetitions: number) {
  const before: GpuCounts = { ...gpu.counts };
  const start = performance.now();
  await job.round(repetitions);
  const ms = performance.now() - start;
  gpu.check();
  const { dispatches, passes, submits, bindGroups, buffers } = subtractCounts(gpu.counts, before);
  return { ms, counts: { dispatches, passes, submits, bindGroups, buffers } };
}

/** In one line, for people. */
export function adapterName({ vendor, architecture, device, description }: AdapterDescription): string {
  return [vendor, architecture, device, description].filter((word) => word !== '').join(' / ');
}
