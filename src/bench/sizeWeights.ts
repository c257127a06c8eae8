import { createRng, type Rng } from '../lib/rng';
import { bfloat16ToFloat32 } from '../model/halfFloat';
import type { ModelConfig } from '../model/config';
import { elementCount, expectedParameters } from '../model/parameters';
import type { NamedWeights } from '../model/weights/tensorImage';

/** Random weights of a model's shape, small enough that nothing overflows; matrices as bfloat16 alone, or in float32 too where
 * `whole` is asked for. Drawn as bits: a hundred million normal numbers would take longer than the benchmark. */
export function randomSizeWeights(config: ModelConfig, whole: boolean): Map<string, NamedWeights> {
  const nextWord = quickWords(createRng(1, 'size bench'));
  return new Map(
    expectedParameters(config).map(({ name, shape }) => {
      const values = new Uint16Array(elementCount(shape));
      const gain = shape.length === 1 && !name.endsWith('.bias');
      // sign and mantissa are random, the exponent says +-(1/64 .. 1/32)
      for (let i = 0; i < values.length; i++) values[i] = gain ? 0x3f80 : 0x3c80 | (nextWord() & 0x807f);
      if (whole) return [name, { shape, data: bfloat16ToFloat32(values) }];
      // frozen matrices are read as they are stored
      const data = bfloat16ToFloat32(shape.length === 1 ? values : new Uint16Array());
      return [name, { shape, data, stored: { type: 'bf16', values } }];
    }),
  );
}

/** xorshift32 (Marsaglia 2003), seeded: ten times as fast as the counter-based generator, and good enough for a benchmark. */
function quickWords(rng: Rng): () => number {
  let word = rng.nextUint32() | 1;
  return () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word;
  };
}
