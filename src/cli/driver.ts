/** Chooses the Vulkan driver before Dawn starts. The loader reads its environment once, so the next driver in line is
 * tried in a new process. */
import { spawnSync } from 'node:child_process';
import type { NoAdapterError } from '../gpu/device';
import { driverEnvironments, type VulkanDriverName } from './vulkanDriver';

const attemptKey = 'NSR_DRIVER_ATTEMPT';

export interface DriverChoice {
  /** The environment as the user gave it. */
  readonly original: NodeJS.ProcessEnv;
  readonly attempt: number;
  readonly last: boolean;
}

/** Sets the environment of this attempt. Throws `InputError` when the named driver is not installed. */
export function selectDriver(name: VulkanDriverName): DriverChoice {
  const original = { ...process.env };
  const environments = driverEnvironments(name);
  const attempt = Math.min(Number(process.env[attemptKey] ?? 0), environments.length - 1);
  Object.assign(process.env, environments[attempt]);
  return { original, attempt, last: attempt === environments.length - 1 };
}

/** Runs the same command line on the next driver and returns its exit code; throws the error when there is no other. */
export function retryOnNextDriver(choice: DriverChoice, error: NoAdapterError): number {
  if (choice.last) throw error;
  const run = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...choice.original, [attemptKey]: String(choice.attempt + 1) },
    stdio: 'inherit',
  });
  return run.status ?? 1;
}
