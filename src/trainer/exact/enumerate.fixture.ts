/** Every completion that a policy can produce, for brute force. */
import type { SequenceSpace } from './rightSequences';

/** All sequences of ids that end with EOS or have `maxNewTokens` tokens without one: together they have probability 1. */
export function allCompletions(space: SequenceSpace, head: readonly number[] = []): number[][] {
  if (head.length === space.maxNewTokens || head.at(-1) === space.eosTokenId) return [[...head]];
  return Array.from({ length: space.vocabularySize }, (_, id) => allCompletions(space, [...head, id])).flat();
}
