import { createRng } from '../lib/rng';
import type { ModelConfig } from './config';
import { elementCount, expectedParameters } from './parameters';
import type { NamedTensor } from './safetensors';

/** Standard deviation of the embedding: with a tied head it must be small, or the model begins far from ln V of entropy
 * (1/sqrt(d) begins at .06 nats). GPT-2's value. */
const embeddingDeviation = 0.02;

/** Random weights for a new model. Matrices are normal with deviation 1/sqrt(fan in), those that write to the residual
 * stream smaller by sqrt(2 layers), as in GPT-2; gains are 1, biases 0. The seed decides every value. */
export function initialWeights(config: ModelConfig, seed: number): NamedTensor[] {
  return expectedParameters(config).map(({ name, shape }) => ({
    name,
    shape,
    data: initialTensor(config, seed, name, shape),
  }));
}

function initialTensor(config: ModelConfig, seed: number, name: string, shape: readonly number[]): Float32Array {
  const count = elementCount(shape);
  const fanIn = shape[1];
  if (fanIn === undefined) return new Float32Array(count).fill(name.endsWith('.bias') ? 0 : 1);
  const rng = createRng(seed, 'initial weights', name);
  const deviation = deviationOf(config, name, fanIn);
  return Float32Array.from({ length: count }, () => deviation * rng.nextGaussian());
}

function deviationOf({ layers }: ModelConfig, name: string, fanIn: number): number {
  if (name === 'model.embed_tokens.weight' || name === 'lm_head.weight') return embeddingDeviation;
  const writesToResidual = name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight');
  return Math.sqrt(1 / fanIn / (writesToResidual ? 2 * layers : 1));
}
