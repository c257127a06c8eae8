import { createRng } from '../../lib/rng';
import { describeDecoder } from '../description';
import type { ModelConfig } from '../config';
import { elementCount } from '../parameters';
import type { AdapterConfig } from './adapterConfig';
import type { Adapter } from './adapterFolder';
import { layoutAdapter } from './adapterLayout';

/** A new adapter, which changes nothing yet: B is zero, A uniform in +-1/sqrt(in), as PEFT draws it (Kaiming with a = sqrt 5). The
 * seed decides every value. */
export function initialAdapter(base: ModelConfig, config: AdapterConfig, seed: number): Adapter {
  const tensors = layoutAdapter(describeDecoder(base), config).tensors.map(({ name, shape, width }) => {
    const data = new Float32Array(elementCount(shape));
    if (name.includes('.lora_A.')) {
      const rng = createRng(seed, 'adapter', name);
      const bound = 1 / Math.sqrt(width);
      data.forEach((_, i) => {
        data[i] = bound * (2 * rng.nextFloat() - 1);
      });
    }
    return [name, { shape, data }] as const;
  });
  return { config, tensors: new Map(tensors) };
}

/** An adapter that adds nothing, as small as there is: what a model without one gets so that its weights may be stored in fewer bits. */
export const neutralAdapter = (base: ModelConfig): Adapter =>
  initialAdapter(base, { rank: 1, alpha: 1, targets: ['down_proj'], rankStabilised: false }, 0);
