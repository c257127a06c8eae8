/** What one rollout step did to the distribution at one token, as the page shows it: the trainer's inspector on the logits before and after. */
import type { Policy, PolicyCheckpoint } from '../../model/policy';
import { contributionsAt, inspectToken, type GradientForm } from '../../trainer/inspect';
import type { PreparedRollout } from '../../trainer/prepare';
import type { TokenForm, TokenReport } from '../protocol';

const SHOWN = 12;

/** The last rollout step, kept for looking at. */
export interface InspectedStep {
  readonly step: number;
  readonly temperature: number;
  readonly rollouts: readonly PreparedRollout[];
  /** Weights that sampled it; null when they were not kept. */
  readonly before: PolicyCheckpoint | null;
}

export interface TokenQuestion {
  readonly sample: number;
  readonly position: number;
}

export interface TokenWorld {
  readonly policy: Policy;
  /** A model with the weights that sampled the step. */
  readonly lens: (checkpoint: PolicyCheckpoint) => Promise<Policy>;
  readonly tokenText: (id: number) => string;
}

/** Logits of the last position, [V]. */
async function lastLogits(model: Policy, context: readonly number[]): Promise<Float32Array> {
  const [logits = new Float32Array(model.vocabularySize)] = await model.logits([context]);
  return logits.slice(logits.length - model.vocabularySize);
}

export async function reportToken(
  question: TokenQuestion,
  inspected: InspectedStep,
  { policy, lens, tokenText }: TokenWorld,
): Promise<TokenReport | null> {
  const { rollouts, temperature } = inspected;
  const chosen = rollouts[question.sample]?.rollout;
  const chosenId = chosen?.completion[question.position];
  if (!chosen || chosenId === undefined) return null;
  const prefix = chosen.completion.slice(0, question.position);
  const context = [...chosen.prompt, ...prefix];
  const now = await lastLogits(policy, context);
  const before = inspected.before ? await lastLogits(await lens(inspected.before), context) : now;
  const contributions = contributionsAt(
    rollouts.map(({ rollout, advantage }) => ({
      prompt: rollout.prompt,
      completion: rollout.completion,
      oldLogp: rollout.logp,
      refLogp: null,
      advantage,
      // Every token of the batch weighs the same under the default aggregation; only the proportions are shown.
      policyWeight: new Float32Array(rollout.completion.length).fill(1),
      entropyWeight: new Float32Array(rollout.completion.length),
      klWeight: new Float32Array(rollout.completion.length),
    })),
    rollouts.map(({ rollout }) => rollout.grade.reward === 1),
    chosen,
    question.position,
  );
  const look = (form: GradientForm): TokenForm & { readonly entropies: readonly [number, number | null] } => {
    const seen = inspectToken({
      before,
      after: inspected.before ? now : null,
      temperature,
      contributions,
      form,
      stepSize: null,
      topK: SHOWN,
    });
    return {
      entropies: [seen.entropyBeforeNats, seen.entropyAfterNats],
      entropyPredicted: seen.entropyPredictedNats,
      agreement: seen.agreement,
      shares: seen.tokens.map(({ token, fromCorrect, ...share }) => ({
        ...share,
        fromRight: fromCorrect,
        text: tokenText(token),
        chosen: token === chosenId,
      })),
    };
  };
  const { entropies, ...ratio } = look('ratio');
  const { entropies: _same, ...probability } = look('probability');
  return {
    sample: question.sample,
    position: question.position,
    step: inspected.step,
    context: chosen.problem.prompt + prefix.map(tokenText).join(''),
    answers: contributions.length,
    entropyBefore: entropies[0],
    entropyAfter: entropies[1],
    ratio,
    probability,
  };
}
