/** What the works of a size cost at least: tokens, operations, and bytes of weights. */
import { tokenFlops, type SizeCase, type SizeWork } from './sizes';

/** Tokens of the prompt that the decode figures begin with. */
export const decodedPrompt = 8;

export interface SizeCost {
  readonly kind: SizeWork;
  readonly shape: string;
  readonly count: number;
  /** Of matrix products and attention, per repetition. */
  readonly flops: (way: TrainingWay) => number;
  /** Of weights that a repetition reads at least. */
  readonly weightBytes: number;
}

export interface TrainingWay {
  /** Activations are computed again in the backward pass. */
  readonly recompute: boolean;
}

/** `full`: all weights train, and their gradients are a third product beside y and d x. `weights`: bytes of all of them, as they are read. */
export function sizeCosts({ config, tokens, decodedTokens, step }: SizeCase, full: boolean, weights: number) {
  const { head } = tokenFlops(config, 0);
  const forward = (count: number, context: number): number => count * tokenFlops(config, context).layers;
  const drawn = (count: number, context: number): number => forward(count, context) + count * head;
  const products = full ? 3 : 2;
  const updated = ({ recompute }: TrainingWay, rows: number, heads: number, context: number): number =>
    (products + (recompute ? 1 : 0)) * forward(rows, context) + products * heads * head;
  const { prompts, groupSize, promptTokens, newTokens } = step;
  const answers = prompts * groupSize * newTokens;
  const prompted = prompts * promptTokens;
  const context = promptTokens + newTokens / 2;
  return {
    prefill: {
      kind: 'prefill',
      shape: `1 x ${tokens}`,
      count: tokens,
      flops: () => forward(tokens, tokens / 2) + head,
      weightBytes: 2 * weights,
    },
    decoded: (sequences: number): SizeCost => ({
      kind: 'decode',
      shape: `${sequences} x ${decodedTokens}`,
      count: sequences * decodedTokens,
      flops: () => drawn(sequences * decodedTokens, decodedPrompt + decodedTokens / 2),
      weightBytes: decodedTokens * weights,
    }),
    trained: {
      kind: 'train',
      shape: `1 x ${tokens}`,
      count: tokens,
      flops: (way: TrainingWay) => updated(way, tokens, tokens, tokens / 2),
      weightBytes: products * weights,
    },
    wholeStep: {
      kind: 'rl-step',
      shape: `${prompts} x ${groupSize}, ${promptTokens} + ${newTokens} tokens`,
      count: answers,
      flops: (way: TrainingWay) =>
        forward(prompted, promptTokens / 2) +
        drawn(answers, context) +
        updated(way, prompted + answers, answers, context),
      weightBytes: (newTokens + 1 + products) * weights,
    },
  } as const;
}
