/** Policies whose every parameter is set, and exact measures by enumeration, for the tests of the forces. */
import { createRng } from '../../lib/rng';
import { sum } from '../../lib/numeric';
import type { Policy, PolicyCheckpoint } from '../../model/policy';
import type { Problem } from '../../tasks/parts/types';
import { noBreakpoint } from '../breakpoint';
import { answerProbabilities } from '../exact/answerProbabilities';
import { allCompletions } from '../exact/enumerate.fixture';
import { listRightSequences, type ListedProblem } from '../exact/rightSequences';
import { createTabularPolicy, type TabularPolicy } from '../tabularPolicy.fixture';
import { toyCodec, toyTask } from '../toyRun.fixture';
import { meanPass, sampledMeasures, type ProbeSample } from './probeMeasures';
import type { ParameterVector } from './vectors';

/** Updates that nobody watches. */
export const undisturbed = { breakpoint: noBreakpoint, wayBack: null, onUpdate: () => undefined };

export const toySpace = { vocabularySize: 5, eosTokenId: 0, maxNewTokens: 3 };
/** One problem of each class: A has three right answers, B two. */
export const toyProblems: readonly Problem[] = toyTask.heldOut.slice(0, 2);

/** Added to the logit of EOS after so many letters. */
const lengthBias = [-2, -2, 2];

export function toyListed(): readonly ListedProblem[] {
  const listed = listRightSequences(toyTask, toyCodec, toyProblems, toySpace);
  if (!listed.ok) throw new Error(listed.reason);
  return listed.value;
}

/** A tabular policy with random logits at every context of the toy task; it tends to end after two letters, so that some
 * answers are right. */
export async function randomTabular(seed = 1): Promise<TabularPolicy> {
  const rng = createRng(seed, 'tabular');
  const policy = createTabularPolicy(5);
  const contexts = ['A', 'B'].flatMap((letter) => {
    const heads = [0, 1, 2].flatMap((length) => allCompletions({ ...toySpace, maxNewTokens: length }));
    return [...new Set(heads.filter((head) => !head.includes(0)).map((head) => head.join(',')))].map((head) =>
      [letter.charCodeAt(0), ...(head === '' ? [] : [head])].join(','),
    );
  });
  const parameters = contexts.map((name) => ({
    name,
    shape: [5],
    data: Float32Array.from(
      { length: 5 },
      (_, token) => 0.5 * rng.nextGaussian() + (token === 0 ? (lengthBias[name.split(',').length - 1] ?? 0) : 0),
    ),
  }));
  await policy.load({ optimizerStep: 0, parameters, firstMoments: [], secondMoments: [] });
  return policy;
}

/** The checkpoint moved by `step` times `direction`. */
export function moved(checkpoint: PolicyCheckpoint, direction: ParameterVector, step: number): PolicyCheckpoint {
  const parameters = checkpoint.parameters.map(({ name, shape, data }) => ({
    name,
    shape,
    data: data.map((value, i) => value + step * (direction.get(name)?.[i] ?? 0)),
  }));
  return { ...checkpoint, parameters };
}

/** Every answer to every prompt at its probability, the prompts alike. */
export async function enumerated(
  policy: Policy,
  prompts: readonly (readonly number[])[],
  space: typeof toySpace,
  temperature: number,
): Promise<ProbeSample[]> {
  const sequences = prompts.flatMap((prompt) => allCompletions(space).map((completion) => ({ prompt, completion })));
  const { logp, entropy } = await policy.score(sequences, temperature);
  return sequences.map((sequence, index) => {
    const own = { logp: logp[index] ?? new Float32Array(), entropy: entropy[index] ?? new Float32Array() };
    return { ...sequence, ...own, weight: Math.exp(sum(own.logp)) / prompts.length };
  });
}

/** pass@1, pass@8, mean token entropy and mean length of a policy, by enumeration. */
export async function exactMeasures(
  policy: Policy,
  listed: readonly ListedProblem[],
  space: typeof toySpace,
  temperature: number,
): Promise<readonly number[]> {
  const answers = (await answerProbabilities(policy, listed, temperature)) ?? [];
  const prompts = listed.map(({ prompt }) => prompt);
  const { entropyNats, length } = sampledMeasures(await enumerated(policy, prompts, space, temperature));
  return [meanPass(answers, 1), meanPass(answers, 8), entropyNats, length];
}
