/** Where the probability goes that a pushed-down token gives up: the other tokens get it in proportion to their own (gradient in ratio
 * form), and each of them leads on to right, wrong and malformed answers. */
import { sum } from '../../lib/numeric';
import { exp } from '../../lib/transcendental';
import type { HandedOn } from '../../records/tokenReport';
import type { Problem } from '../../tasks/parts/types';
import { gradeAnswers } from '../gradeAnswers';
import type { AnswerWorld } from '../rollouts';
import { listRightSequences } from './rightSequences';

export interface PushedToken {
  readonly problem: Problem;
  /** The answer's tokens before it. */
  readonly prefix: readonly number[];
  readonly token: number;
  readonly temperature: number;
  readonly maxNewTokens: number;
  /** Continuations sampled for what has no sum. */
  readonly samples: number;
  readonly seed: number;
}

/** Null where right answers cannot be listed, or the token has all the probability. */
export async function handedOn(world: AnswerWorld, pushed: PushedToken): Promise<HandedOn | null> {
  const { policy, codec } = world;
  const { problem, prefix, token, temperature, maxNewTokens } = pushed;
  const { vocabularySize, eosTokenId } = policy;
  const listed = listRightSequences(world.task, codec, [problem], { vocabularySize, eosTokenId, maxNewTokens });
  const [own] = listed.ok ? listed.value : [];
  if (own === undefined) return null;
  const context = [...own.prompt, ...prefix];
  const elsewhere = own.completions.filter(
    (completion) => prefix.every((id, t) => completion[t] === id) && completion[prefix.length] !== token,
  );
  const rest = elsewhere.map((completion) => ({ prompt: context, completion: completion.slice(prefix.length) }));
  const { logp } = await policy.score([{ prompt: context, completion: [token] }, ...rest], temperature);
  const [pushedLogp, ...others] = logp.map((row) => exp(sum(row)));
  const givenUp = 1 - (pushedLogp ?? 1);
  if (givenUp <= 0) return null;
  const right = Math.min(1, sum(others) / givenUp);
  const counts = await otherContinuations(world, context, pushed);
  const total = counts.wrong + counts.malformed;
  return {
    right,
    sampledWrong: total === 0 ? null : ((1 - right) * counts.wrong) / total,
    sampledMalformed: total === 0 ? null : ((1 - right) * counts.malformed) / total,
  };
}

/** How many sampled continuations that begin with another token are wrong in form or in value. `context`: prompt and prefix. */
async function otherContinuations(
  world: AnswerWorld,
  context: readonly number[],
  { problem, prefix, token, temperature, maxNewTokens, samples, seed }: PushedToken,
) {
  const { sequences } = await world.policy.rollout({
    prompts: [context],
    groupSize: samples,
    maxNewTokens: maxNewTokens - prefix.length,
    temperature,
    topK: 0,
    topP: 1,
    greedy: false,
    seed,
    stream: 0,
  });
  const texts = sequences
    .filter(({ completion }) => completion[0] !== token)
    .map(({ completion }) => ({ problem, text: world.codec.decode([...prefix, ...completion]) }));
  const grades = (await gradeAnswers(world, texts)).filter(({ reward }) => reward === 0);
  const malformed = grades.filter(({ wellFormed }) => !wellFormed).length;
  return { wrong: grades.length - malformed, malformed };
}
