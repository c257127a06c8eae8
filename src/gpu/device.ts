/** Adapter and device: one `Gpu` per model-holding thread, with limits asked for, errors caught and objects counted. */
import { countingDevice, type GpuCounts } from './counting';
import { PipelineCache } from './pipelineCache';

export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** The adapter computes on the CPU (SwiftShader, lavapipe, WARP). */
  readonly software: boolean;
}

export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly pipelines: PipelineCache;
  /** Totals since the device was opened: every object created and every dispatch, pass and submit. */
  readonly counts: GpuCounts;
  /** Tiles of matrix products chosen for this device, see kernels/productTile.ts; filled before a model is built. */
  readonly products: Record<string, string>;
  /** Milliseconds that one submit should not pass. */
  readonly submitBudgetMs: number;
  /** First error that nobody caught (validation, out of memory) or the reason why the device was lost; null while all is well. */
  failure(): string | null;
  /** Throws the failure, if there is one. Called before results are trusted. */
  check(): void;
  readonly lost: Promise<string>;
  destroy(): void;
}

export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
] as const;

/** A page shares the GPU with what draws it; in Node a pause waits for a submit behind its moment of grace (trainer/breakpoint.ts), and
 * both together stay within a second. */
const submitBudgets = { page: 100, node: 600 };

export interface OpenOptions {
  readonly powerPreference?: GPUPowerPreference;
}

/** Opens the adapter (the page's, or Dawn's in Node) with the largest limits that it offers.
 * Throws NoAdapterError with the reason in words when there is none. */
export async function openDevice(options: OpenOptions = {}): Promise<Gpu> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' });
  if (!adapter)
    throw new NoAdapterError('WebGPU is there, but it offers no adapter (no graphics driver that it can use)');
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures: GPUFeatureName[] = adapter.features.has('timestamp-query') ? ['timestamp-query'] : [];
  const rawDevice = await adapter.requestDevice({ label: 'nsr', requiredLimits, requiredFeatures });
  const { device, counts } = countingDevice(rawDevice);

  let failed: string | null = null;
  const listen = (event: GPUUncapturedErrorEvent): void => {
    failed ??= event.error.message;
  };
  rawDevice.addEventListener('uncapturederror', listen);
  const lost = rawDevice.lost.then((info) => {
    // Dawn in Node holds a device's listeners for ever, and with them the device.
    rawDevice.removeEventListener('uncapturederror', listen);
    const reason = `device lost (${info.reason}): ${info.message}`;
    failed ??= reason;
    return reason;
  });

  return {
    device,
    adapter: describeAdapter(adapter.info),
    features: [...adapter.features].sort(),
    limits: readLimits(rawDevice.limits),
    pipelines: new PipelineCache(device),
    counts,
    products: {},
    submitBudgetMs: isPage() ? submitBudgets.page : submitBudgets.node,
    failure: () => failed,
    check: () => {
      if (failed !== null) throw new Error(`GPU: ${failed}`);
    },
    lost,
    destroy: () => {
      rawDevice.destroy();
    },
  };
}

const scope: { readonly navigator?: { readonly gpu?: GPU } } = globalThis;

/** A page or one of its workers. */
const isPage = () => Boolean(scope.navigator?.gpu);

async function findGpu(): Promise<GPU> {
  if (scope.navigator?.gpu) return scope.navigator.gpu;
  const isNode = typeof process !== 'undefined' && Boolean(process.versions.node);
  if (isNode) {
    const { nodeGpu } = await import('./nodeGpu');
    return nodeGpu();
  }
  throw new NoAdapterError('this browser has no WebGPU (navigator.gpu is missing)');
}

function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    software: /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/.test(text),
  };
}

function readLimits(limits: GPUSupportedLimits): Record<string, number> {
  const values: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') values[name] = value;
  }
  return values;
}
