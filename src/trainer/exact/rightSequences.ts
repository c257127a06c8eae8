/** Every sequence of tokens that a verifier accepts, where that can be known: then p(right) is a sum over them. */
import { failure, success, type Result } from '../../lib/result';
import type { Problem, Task } from '../../tasks/parts/types';
import type { TextCodec } from '../rollouts';

/** A problem with its prompt and all of its right completions as token ids, EOS included where one fits. */
export interface ListedProblem {
  readonly problem: Problem;
  readonly prompt: readonly number[];
  /** In the order of the task's right answers; possibly none, where all are too long. */
  readonly completions: readonly (readonly number[])[];
}

export interface SequenceSpace {
  readonly vocabularySize: number;
  readonly eosTokenId: number;
  readonly maxNewTokens: number;
}

/** Vocabularies above this are not looked through: no character tokenizer is as large. */
const largestVocabulary = 4096;

/**
 * Lists the right sequences of each problem. An answer of n tokens is sampled as itself and EOS where n < maxNewTokens; with
 * exactly maxNewTokens tokens it is cut off before its EOS and graded like any other; a longer one cannot be sampled.
 * A reason instead of a value where the task lists no answers, or where a text may have several tokenisations: their
 * probabilities would be missing from the sum.
 */
export function listRightSequences(
  task: Task,
  codec: TextCodec,
  problems: readonly Problem[],
  space: SequenceSpace,
): Result<readonly ListedProblem[]> {
  const { rightAnswers } = task;
  if (rightAnswers === undefined) return failure(`the right answers of ${task.name} cannot be listed`);
  const { spell } = codec;
  if (spell === null || !spellsCharacters(codec, space))
    return failure('this tokenizer may write one text in several ways; exact evaluation needs one token per character');
  const { eosTokenId, maxNewTokens } = space;
  return success(
    problems.map((problem) => ({
      problem,
      prompt: spell(problem.prompt),
      completions: rightAnswers(problem).flatMap((answer) => {
        const ids = spell(answer);
        if (ids.length > maxNewTokens) return [];
        return [ids.length < maxNewTokens ? [...ids, eosTokenId] : ids];
      }),
    })),
  );
}

/** Whether every id that can be sampled, EOS aside, stands for one character of its own: then a text has one tokenisation. */
export function spellsCharacters(
  codec: Pick<TextCodec, 'decode'>,
  { vocabularySize, eosTokenId }: Omit<SequenceSpace, 'maxNewTokens'>,
) {
  if (vocabularySize > largestVocabulary) return false;
  const ids = Array.from({ length: vocabularySize }, (_, id) => id).filter((id) => id !== eosTokenId);
  const characters = ids.map((id) => codec.decode([id]));
  const single = characters.every((character) => Array.from(character).length === 1);
  const distinct = new Set(characters).size === characters.length;
  return single && distinct && codec.decode(ids) === characters.join('');
}
