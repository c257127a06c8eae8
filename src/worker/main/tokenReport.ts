/** What one rollout step did to the distribution at one token, as the page shows it: the trainer's inspector on the logits before and after. */
import type { Policy, PolicyCheckpoint } from '../../model/policy';
import { inspectPosition, type InspectedStep } from '../../objective/inspectPosition';
import type { TokenInspection } from '../../objective/inspectToken';
import type { TokenForm, TokenReport } from '../../records/tokenReport';
import type { TrainedRollout } from '../../trainer/updates';

const SHOWN = 12;

/** The last rollout step, kept for looking at. */
export interface KeptStep extends InspectedStep<TrainedRollout> {
  readonly step: number;
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
  inspected: KeptStep,
  { policy, lens, tokenText }: TokenWorld,
): Promise<TokenReport | null> {
  const { position } = question;
  const chosen = inspected.rollouts[question.sample];
  const chosenId = chosen?.completion[position];
  if (!chosen || chosenId === undefined) return null;
  const prefix = chosen.completion.slice(0, position);
  const context = [...chosen.prompt, ...prefix];
  const now = await lastLogits(policy, context);
  const before = inspected.before ? await lastLogits(await lens(inspected.before), context) : now;
  const after = inspected.before ? now : null;
  const seen = inspectPosition(inspected, { chosen, position, before, after, topK: SHOWN });
  const formOf = (inspection: TokenInspection): TokenForm => ({
    entropyPredicted: inspection.entropyPredictedNats,
    agreement: inspection.agreement,
    shares: inspection.tokens.map(({ token, fromCorrect, ...share }) => ({
      ...share,
      fromRight: fromCorrect,
      text: tokenText(token),
      chosen: token === chosenId,
    })),
  });
  return {
    sample: question.sample,
    position,
    step: inspected.step,
    context: chosen.rollout.problem.prompt + prefix.map(tokenText).join(''),
    answers: seen.contributions.length,
    entropyBefore: seen.ratio.entropyBeforeNats,
    entropyAfter: seen.ratio.entropyAfterNats,
    ratio: formOf(seen.ratio),
    probability: formOf(seen.probability),
  };
}
