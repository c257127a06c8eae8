/** One answer of a trained step as `nsr inspect` prints it: every position with its distribution before and after the update. */
import { at } from '../lib/invariant';
import { softmax } from '../lib/numeric';
import type { Policy } from '../model/policy';
import type { Tokenizer } from '../model/tokenizer';
import { inspectPosition, type InspectedStep } from '../objective/inspectPosition';
import type { TokenInspection } from '../objective/inspectToken';
import type { HandedOn } from '../records/tokenReport';
import { handedOn } from '../trainer/exact/handedOn';
import type { AnswerWorld } from '../trainer/rollouts';
import type { TrainedRollout } from '../trainer/updates';

export interface InspectionWorld {
  /** The model that sampled, and the one that the update left. */
  readonly before: Policy;
  readonly after: Policy;
  readonly tokenText: Tokenizer['tokenText'];
  readonly topK: number;
  /** Task and spelling, and continuations to sample, to say where the probability of a pushed-down token goes; null: left out. */
  readonly handing: (Pick<AnswerWorld, 'task' | 'codec'> & { readonly samples: number; readonly seed: number }) | null;
}

export async function inspectAnswer(step: InspectedStep, chosen: TrainedRollout, world: InspectionWorld) {
  const { rollout, completion, confidence, weight, advantage } = chosen;
  const { problem, text, grade, logp, entropy } = rollout;
  const before = await logitsOf(world.before, chosen);
  const after = await logitsOf(world.after, chosen);
  const named = (inspection: TokenInspection) => ({
    ...inspection,
    tokens: inspection.tokens.map((one) => ({ text: world.tokenText(one.token), ...one })),
  });
  const handed: (HandedOn | null)[] = [];
  for (const position of completion.keys()) handed.push(await handedFrom(step, chosen, position, world));
  const tokens = completion.map((id, position) => {
    const logits = { before: at(before, position), after: at(after, position) };
    const { ratio, probability } = inspectPosition(step, { chosen, position, ...logits, topK: world.topK });
    return {
      text: world.tokenText(id),
      token: id,
      logpSampled: at(logp, position),
      entropySampled: at(entropy, position),
      advantage: at(advantage, position),
      probabilityBefore: at(softmax(logits.before, step.temperature), id),
      probabilityAfter: at(softmax(logits.after, step.temperature), id),
      ratio: named(ratio),
      probability: named(probability),
      handedOn: handed[position] ?? null,
    };
  });
  return { prompt: problem.prompt, text, reward: grade.reward, reason: grade.reason, confidence, weight, tokens };
}

/** Where a pushed-down token's probability goes under the model that sampled it; null for one that is not pushed down. */
async function handedFrom(
  { temperature }: InspectedStep,
  { rollout, completion, advantage }: TrainedRollout,
  position: number,
  { before, handing }: InspectionWorld,
): Promise<HandedOn | null> {
  if (handing === null || at(advantage, position) >= 0) return null;
  const { task, codec, samples, seed } = handing;
  return handedOn(
    { policy: before, task, codec },
    {
      problem: rollout.problem,
      prefix: completion.slice(0, position),
      token: at(completion, position),
      temperature,
      maxNewTokens: task.maxNewTokens,
      samples,
      seed,
    },
  );
}

/** Logits before each completion token, [positions][V]. */
async function logitsOf(model: Policy, { prompt, completion }: TrainedRollout): Promise<Float32Array[]> {
  const [logits] = await model.logits([[...prompt, ...completion]]);
  return completion.map((_, position) => {
    // The logits that predict a token stand at the one before it.
    const start = (prompt.length + position - 1) * model.vocabularySize;
    return (logits ?? new Float32Array()).slice(start, start + model.vocabularySize);
  });
}
