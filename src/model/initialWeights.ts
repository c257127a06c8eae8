import { createRng } from '../lib/rng';
import type { ModelConfig } from './config';
import { describeDecoder, type Decoder } from './description';
import { elementCount, tensorsOf, type DecoderTensor, type TensorRole } from './parameters';
import type { NamedTensor } from './safetensors';

/** Standard deviation of the embedding: with a tied head it must be small, or the model begins far from ln V of entropy
 * (1/sqrt(d) begins at .06 nats). GPT-2's value. */
const embeddingDeviation = 0.02;

/** Random weights for a new model. Matrices are normal with deviation 1/sqrt(fan in), those that write to the residual
 * stream smaller by sqrt(2 layers), as in GPT-2; gains are 1, biases 0. The seed decides every value. */
export function initialWeights(config: ModelConfig, seed: number): NamedTensor[] {
  const decoder = describeDecoder(config);
  return tensorsOf(decoder).map((tensor) => {
    const { name, shape } = tensor;
    return { name, shape, data: initialTensor(decoder, seed, tensor) };
  });
}

function initialTensor(decoder: Decoder, seed: number, { name, shape, place }: DecoderTensor): Float32Array {
  const count = elementCount(shape);
  const fanIn = shape[1];
  if (fanIn === undefined) return new Float32Array(count).fill(place.of === 'bias' ? 0 : 1);
  const rng = createRng(seed, 'initial weights', name);
  const deviation = deviationOf(decoder, place, fanIn);
  return Float32Array.from({ length: count }, () => deviation * rng.nextGaussian());
}

function deviationOf({ layer, layers }: Decoder, place: TensorRole, fanIn: number): number {
  if (place.of !== 'matrix') return embeddingDeviation;
  const { output } = layer.linears[place.linear];
  const writesToResidual = output === 'x' || output === 'middle';
  return Math.sqrt(1 / fanIn / (writesToResidual ? 2 * layers : 1));
}
