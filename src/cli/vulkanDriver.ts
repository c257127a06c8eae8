import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../lib/errors.ts';

/** Which Vulkan driver Dawn shall use: the machine's own choice, or one of the two that compute on the CPU. */
export const vulkanDriverNames = ['default', 'lavapipe', 'swiftshader'] as const;
export type VulkanDriverName = (typeof vulkanDriverNames)[number];

/** Where Vulkan looks for driver manifests (ICDs) on Linux. */
const manifestFolders = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** Folders of browsers that bring SwiftShader along. */
const browserFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/** Manifests of a CPU driver that exist here, best first. `extraFolders`: more places to look for SwiftShader. */
export function driverManifests(
  name: Exclude<VulkanDriverName, 'default'>,
  extraFolders: readonly string[] = [],
): string[] {
  if (name === 'swiftshader') {
    return [...browserFolders, ...extraFolders]
      .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
      .filter((file) => existsSync(file));
  }
  return manifestFolders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /^lvp_icd.*\.json$/.test(file))
        .map((file) => join(folder, file)),
    );
}

/** The environment under which the Vulkan loader uses this manifest and no other. */
export function driverEnvironment(manifest: string): Record<string, string> {
  // Older loaders know only the second name; Mesa warns when there is no runtime directory.
  return {
    VK_DRIVER_FILES: manifest,
    VK_ICD_FILENAMES: manifest,
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  };
}

/** Environments to try in this order until an adapter comes. `default` begins with the machine as it is, so that a
 * real GPU wins, and VK_DRIVER_FILES set by the user is never overridden by it. Throws `InputError` when the named
 * driver is not installed. */
export function driverEnvironments(name: VulkanDriverName): Record<string, string>[] {
  if (name === 'default') {
    const asItIs = { XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };
    if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES !== undefined) return [asItIs];
    const fallbacks = [...driverManifests('lavapipe'), ...driverManifests('swiftshader')];
    return [asItIs, ...fallbacks.map(driverEnvironment)];
  }
  const manifests = driverManifests(name);
  if (manifests.length === 0) throw new InputError('--adapter', name, 'a driver that is installed');
  return manifests.map(driverEnvironment);
}
