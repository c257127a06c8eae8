/** An experiment as the settings of the exported TRL script (TRL 1.9.0, GRPOConfig). */
import type { Experiment, Scheduled } from '../experiment/types';
import { targetGroups } from '../model/adapter/targetGroups';
import { findSchedule } from '../schedules/parts/registry';
import { constantValue } from './expressible';
import { pythonLiteral } from './literals';
import type { Scale } from './scale';

/** The text of `settings.py`. `experiment` must have passed `checkExpressible`. */
export function trlSettings(experiment: Experiment, scale: Scale): string {
  const { batch, sampling, optimizer, evaluation, adapter, seed, steps } = experiment;
  const { objective } = experiment;
  const lora =
    adapter.rank > 0
      ? { r: adapter.rank, lora_alpha: adapter.alpha, target_modules: targetGroups[adapter.targets], lora_dropout: 0 }
      : null;
  const arguments_ = {
    learning_rate: peak(optimizer.learningRate, steps),
    num_iterations: batch.innerEpochs,
    max_completion_length: sampling.maxNewTokens,
    temperature: constantValue(sampling.temperature),
    top_p: sampling.topP,
    top_k: sampling.topK,
    // The class computes its own loss; a beta other than 0 makes TRL score the reference for it.
    beta: constantValue(objective.klCoef) === 0 ? 0 : 1,
    scale_rewards: 'none',
    adam_beta1: optimizer.beta1,
    adam_beta2: optimizer.beta2,
    adam_epsilon: optimizer.eps,
    weight_decay: optimizer.weightDecay,
    max_grad_norm: optimizer.maxGradNorm,
    bf16: true,
    logging_steps: 1,
    eval_strategy: evaluation.every === 0 ? 'no' : 'steps',
    ...(evaluation.every === 0 ? {} : { eval_steps: evaluation.every * batch.updatesPerRollout * batch.innerEpochs }),
    num_generations_eval: evaluation.samples,
    per_device_eval_batch_size: evaluation.samples,
    seed,
    report_to: 'none',
  };
  return `"""${objective.name || 'An experiment'} of NSR Playground for TRL 1.9.0: what to change for your machines stands first."""

# Hugging Face id, or a folder.
MODEL = ${pythonLiteral(scale.model)}
# How many GPUs there are says accelerate: --num_machines and --num_processes of the command in README.md.
USE_VLLM = True
# GPUs that the sampler spreads one copy of the model over.
TENSOR_PARALLEL = ${scale.tensorParallel}
# Answers in one forward and backward pass on one GPU.
ROWS_PER_GPU = ${scale.rowsPerGpu}

# PROMPTS_PER_STEP x GROUP_SIZE is a multiple of UPDATES_PER_ROLLOUT x GPUs x ROWS_PER_GPU.
PROMPTS_PER_STEP = ${batch.promptsPerStep}
GROUP_SIZE = ${batch.groupSize}
UPDATES_PER_ROLLOUT = ${batch.updatesPerRollout}
# Rollout steps T; schedules in experiment.json run over as many.
STEPS = ${steps}

# Fields of trl.GRPOConfig. Objective and schedules stand in experiment.json.
GRPO = {
${Object.entries(arguments_)
  .map(([key, value]) => `    ${JSON.stringify(key)}: ${pythonLiteral(value)},`)
  .join('\n')}
}

# Fields of peft.LoraConfig; None: all weights train.
LORA = ${pythonLiteral(lora)}
`;
}

/** Greatest value of the learning rate over the run: the scheduler gives shares of it. */
function peak(rate: Scheduled, steps: number): number {
  if (typeof rate === 'number') return rate;
  const definition = findSchedule(rate.kind);
  const values = Array.from({ length: steps }, (_, step) =>
    definition === null ? 0 : definition.evaluate(rate, { step, totalSteps: steps, accuracy: 0 }),
  );
  const greatest = Math.max(...values);
  return greatest > 0 ? greatest : 1;
}
