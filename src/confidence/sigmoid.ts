import { math, parenthesised, tokens } from '../lib/mathml';
import { numberParameter } from '../lib/paramValue';
import { maxParam, minParam } from './parts/shared';
import type { MappingDefinition } from './parts/types';
import { exp } from '../lib/transcendental';

/** A soft threshold (our choice). */
export const definition: MappingDefinition = {
  kind: 'sigmoid',
  label: 'Sigmoid',
  help: 'A soft threshold around the centre.',
  formula: {
    text: 'min + (max - min) sigmoid(steepness (conf - center))',
    mathml: math(
      tokens('min +'),
      parenthesised(tokens('max − min')),
      tokens('σ'),
      parenthesised(tokens('k'), parenthesised(tokens('conf − c'))),
    ),
  },
  params: [
    {
      key: 'center',
      label: 'Centre c',
      help: 'Confidence at which the weight is halfway.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 1,
      default: 0.5,
      acts: 'next-rollout',
      handle: { moves: 'x', y: 'curve' },
    },
    {
      key: 'steepness',
      label: 'Steepness k',
      help: 'How sudden the turn is.',
      kind: 'number',
      unit: '',
      min: 0,
      max: 200,
      default: 10,
      acts: 'next-rollout',
    },
    minParam,
    maxParam,
  ],
  examples: [{ params: { center: 0.5, steepness: 20, min: 0, max: 2 }, points: [[0.5, 1]] }],
  evaluate(spec, confidence) {
    const min = numberParameter(spec, 'min', 0.05);
    const argument = numberParameter(spec, 'steepness', 10) * (confidence - numberParameter(spec, 'center', 0.5));
    return min + (numberParameter(spec, 'max', 1) - min) / (1 + exp(-argument));
  },
};
