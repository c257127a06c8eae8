import type { ModelConfig } from '../config';

/** Longest context for which rotary tables are made. */
const longestContext = 8192;

/** Tokens that a sequence may have. */
export const contextOf = (config: ModelConfig): number => Math.min(config.maxPositions, longestContext);

/** cos and sin of position * theta^(-2i/headDim), computed in float64: WGSL's own sin is only good to 2^-11 and near zero. */
export function ropeTable(positions: number, headDim: number, theta: number): Float32Array {
  const half = headDim / 2;
  const table = new Float32Array(positions * half * 2);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * theta ** ((-2 * i) / headDim);
      table[(position * half + i) * 2] = Math.cos(angle);
      table[(position * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}
