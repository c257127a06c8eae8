import type { TestProject } from 'vitest/node';
import { ensureVulkan } from '../machine/ensureVulkan.ts';

/** Before the forks start: the Vulkan loader reads its environment once. */
export default function selectSwiftShader({ config }: TestProject): void {
  config.env = { ...config.env, ...ensureVulkan('swiftshader') };
}
