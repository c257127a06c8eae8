/** Answers about single tokens of the last rollout. Keeps the weights from before each step, and a second model that they are put into. */
import type { PolicyCheckpoint } from '../../model/policy';
import type { PolicyModel } from '../../model/policyModel';
import type { TrainerEvent } from '../../trainer/train';
import type { HandedOn, TokenReport } from '../../records/tokenReport';
import { handedOn } from '../../trainer/exact/handedOn';
import type { Engine } from './engine';
import { reportToken, type KeptStep, type TokenQuestion } from './tokenReport';

/** Up to this size the weights before each step are kept. */
const INSPECTABLE_PARAMETERS = 2_000_000;

/** Sampled to split what leads to no right answer into wrong and malformed. */
const continuations = 64;

export interface TokenInspector {
  /** Keeps the weights that the next step begins with. */
  keepWeights(policy: PolicyModel): Promise<void>;
  /** What questions are about from now on. */
  show(event: Extract<TrainerEvent, { type: 'step' }>): void;
  /** Null before the first step. Between two steps only. */
  answer(question: TokenQuestion, engine: Engine | null): Promise<TokenReport | null>;
  /** Of the same token: where its probability goes. Null as above, and where right answers cannot be listed. */
  handOn(question: TokenQuestion, engine: Engine | null): Promise<HandedOn | null>;
  /** The device is gone, and with it the second model. */
  forget(): void;
  dispose(): void;
}

export function createTokenInspector(): TokenInspector {
  let before: PolicyCheckpoint | null = null;
  let inspected: KeptStep | null = null;
  let lens: PolicyModel | null = null;
  async function lensOf(engine: Engine, checkpoint: PolicyCheckpoint): Promise<PolicyModel> {
    lens ??= await engine.makeLens();
    await lens.loadTrained(new Map(checkpoint.parameters.map((tensor) => [tensor.name, tensor])));
    return lens;
  }
  return {
    keepWeights: async (policy) => {
      before = policy.parameterCount <= INSPECTABLE_PARAMETERS ? await policy.save() : null;
    },
    show: ({ row, rollouts }) => {
      inspected = { step: row.step, temperature: row.temperature, rollouts, before };
    },
    answer: async (question, engine) => {
      if (!engine || !inspected) return null;
      return reportToken(question, inspected, {
        policy: engine.policy,
        lens: (checkpoint) => lensOf(engine, checkpoint),
        tokenText: engine.tokenizer.tokenText,
      });
    },
    handOn: async ({ sample, position }, engine) => {
      const chosen = inspected?.rollouts[sample];
      const token = chosen?.completion[position];
      if (!engine || !inspected || !chosen || token === undefined) return null;
      const policy = inspected.before ? await lensOf(engine, inspected.before) : engine.policy;
      return handedOn(
        { policy, task: engine.task, codec: engine.codec, gradeRows: engine.gradeRows },
        {
          problem: chosen.rollout.problem,
          prefix: chosen.completion.slice(0, position),
          token,
          temperature: inspected.temperature,
          maxNewTokens: engine.trainer.experiment().sampling.maxNewTokens,
          samples: continuations,
          seed: engine.trainer.experiment().seed,
        },
      );
    },
    forget: () => {
      lens = null;
      inspected = null;
    },
    dispose: () => lens?.dispose(),
  };
}
