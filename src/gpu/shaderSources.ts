/** Every kernel and fragment under `shaders/`, by path relative to it (`gemm.wgsl`, `lib/philox.wgsl`). */
import type { ShaderSources } from './shaderTemplate';

const files = import.meta.glob<string>('/shaders/**/*.wgsl', { query: '?raw', import: 'default', eager: true });

export const shaderSources: ShaderSources = new Map(
  Object.entries(files).map(([path, text]) => [path.replace(/^\/shaders\//, ''), text]),
);
