/** An experiment as verl's configuration (verl 0.9.0, verl/trainer/config/ppo_trainer.yaml). */
import type { Aggregation, Experiment } from '../experiment/types';
import { targetGroups } from '../model/adapter/targetGroups';
import { preparePrompt } from '../text/promptFormat';
import { constantValue } from './expressible';
import { yamlBlock } from './literals';
import { isShipped, type Scale } from './scale';

/** verl has no null for a clip; python/verl/nsr_verl.py takes this for none. */
const outOfReach = 1e9;

const aggregationOf = {
  'token-mean': 'token-mean',
  'seq-mean-token-mean': 'seq-mean-token-mean',
  'seq-mean-token-sum': 'seq-mean-token-sum',
  constant: 'seq-mean-token-sum-norm',
} as const satisfies Record<Aggregation, string>;

/** Prompts are written out in the data: a model reads them as they are, and only chats go through its own template. */
const plainTemplate = "{% for message in messages %}{{ message['content'] }}{% endfor %}";
/** The same behind the token that begins a text, where the tokenizer has one. */
const begunTemplate = `{% if bos_token %}{{ bos_token }}{% endif %}${plainTemplate}`;

/** The text of `nsr_verl.yaml`. `experiment` must have passed `checkExpressible`. */
export function verlConfig(experiment: Experiment, scale: Scale): string {
  const { objective, batch, sampling, optimizer, steps } = experiment;
  const named = {
    scale: {
      folder: '${oc.env:PWD}',
      model: isShipped(experiment) ? '${scale.folder}/' + scale.model : scale.model,
      nodes: scale.nodes,
      gpus_per_node: scale.gpusPerNode,
      tensor_parallel: scale.tensorParallel,
      rows_per_gpu: scale.rowsPerGpu,
      prompts_per_step: batch.promptsPerStep,
      prompts_per_update: batch.promptsPerStep / batch.updatesPerRollout,
      group_size: batch.groupSize,
      max_prompt_tokens: scale.maxPromptTokens,
      max_new_tokens: sampling.maxNewTokens,
      steps,
    },
  };
  // What the trainer's advantages are made of; clip, aggregation, entropy and KL are verl's own fields below.
  const own = {
    nsr: {
      objective,
      steps: '${scale.steps}',
      sampling: { maxNewTokens: '${scale.max_new_tokens}' },
      optimizer: { learningRate: optimizer.learningRate },
    },
  };
  return [
    `# ${objective.name || 'An experiment'} of NSR Playground for verl 0.9.0. What to change for your machines stands under "scale":`,
    '# the folder must be seen by all nodes; prompts_per_step is a multiple of prompts_per_update.',
    yamlBlock(named),
    'defaults:\n  - ppo_trainer\n  - _self_\n',
    yamlBlock({ hydra: { searchpath: ['pkg://verl.trainer.config'] } }),
    yamlBlock(own),
    yamlBlock(frameworkFields(experiment)),
  ].join('\n');
}

function frameworkFields(experiment: Experiment): Readonly<Record<string, unknown>> {
  const { objective, batch, sampling, optimizer, evaluation, adapter, seed } = experiment;
  const critic = objective.algorithm === 'ppo';
  const rewardKl = critic && numberOr(objective.params['rewardKlCoef'], 0.001) > 0;
  const rate = constantValue(optimizer.learningRate) ?? 0;
  const model = {
    path: '${scale.model}',
    external_lib: 'nsr_verl',
    ...templateOf(experiment),
  };
  return {
    data: {
      train_files: '${scale.folder}/data/train.parquet',
      val_files: '${scale.folder}/data/test.parquet',
      train_batch_size: '${scale.prompts_per_step}',
      max_prompt_length: '${scale.max_prompt_tokens}',
      max_response_length: '${scale.max_new_tokens}',
      shuffle: true,
      seed,
    },
    actor_rollout_ref: {
      model: {
        ...model,
        ...(adapter.rank > 0
          ? { lora_rank: adapter.rank, lora_alpha: adapter.alpha, target_modules: targetGroups[adapter.targets] }
          : {}),
      },
      actor: {
        ppo_mini_batch_size: '${scale.prompts_per_update}',
        ppo_micro_batch_size_per_gpu: '${scale.rows_per_gpu}',
        ppo_epochs: batch.innerEpochs,
        shuffle: true,
        data_loader_seed: seed,
        policy_loss: { loss_mode: 'nsr' },
        ...clipFields(experiment),
        loss_agg_mode: aggregationOf[objective.aggregation],
        loss_scale_factor: objective.aggregation === 'constant' ? (objective.maxLength ?? sampling.maxNewTokens) : null,
        entropy_coeff: constantValue(objective.entropyCoef),
        use_kl_loss: (constantValue(objective.klCoef) ?? 0) > 0,
        kl_loss_coef: constantValue(objective.klCoef),
        kl_loss_type: objective.klEstimator === 'k1' ? 'kl' : 'low_var_kl',
        optim: optimizerFields(optimizer, rate),
      },
      ref: { log_prob_micro_batch_size_per_gpu: '${scale.rows_per_gpu}' },
      rollout: {
        name: 'vllm',
        n: '${scale.group_size}',
        tensor_model_parallel_size: '${scale.tensor_parallel}',
        log_prob_micro_batch_size_per_gpu: '${scale.rows_per_gpu}',
        temperature: constantValue(sampling.temperature),
        top_p: sampling.topP,
        top_k: sampling.topK === 0 ? -1 : sampling.topK,
        val_kwargs: {
          do_sample: true,
          n: evaluation.samples,
          temperature: evaluation.temperature,
          top_p: 1,
          top_k: -1,
        },
      },
    },
    critic: critic
      ? {
          enable: true,
          model: { path: '${scale.model}' },
          optim: optimizerFields(optimizer, rate * numberOr(objective.params['criticRateFactor'], 10)),
          cliprange_value: numberOr(objective.params['valueClip'], 0.5),
          loss_agg_mode: 'token-mean',
          ppo_micro_batch_size_per_gpu: '${scale.rows_per_gpu}',
        }
      : { enable: false },
    // Advantages and the reward's own KL are the trainer class's: the estimator only says whether there is a critic, the switch makes
    // verl score the reference.
    algorithm: {
      adv_estimator: critic ? 'gae' : 'grpo',
      use_kl_in_reward: rewardKl,
      filter_groups: { enable: false },
    },
    reward: {
      custom_reward_function: { path: '${scale.folder}/nsr_reward.py', name: 'compute_score' },
    },
    trainer: {
      project_name: 'nsr-playground',
      experiment_name: objective.name || 'experiment',
      logger: ['console', 'file'],
      nnodes: '${scale.nodes}',
      n_gpus_per_node: '${scale.gpus_per_node}',
      total_epochs: 1_000_000,
      total_training_steps: '${scale.steps}',
      test_freq: evaluation.every === 0 ? '${scale.steps}' : evaluation.every,
      val_before_train: true,
      critic_warmup: 0,
      v1: { trainer_mode: 'nsr_sync' },
    },
    ray_kwargs: {
      ray_init: {
        runtime_env: {
          env_vars: { PYTHONPATH: '${scale.folder}', VERL_USE_EXTERNAL_MODULES: 'nsr_verl' },
        },
      },
    },
  };
}

function clipFields({ objective }: Experiment) {
  const side = (value: number) => (objective.clip ? value : outOfReach);
  return {
    clip_ratio_low: side(objective.clipLow),
    clip_ratio_high: side(objective.clipHigh),
    clip_ratio_c: objective.dualClip ?? outOfReach,
  };
}

function optimizerFields({ beta1, beta2, eps, weightDecay, maxGradNorm }: Experiment['optimizer'], rate: number) {
  return {
    lr: rate,
    betas: [beta1, beta2],
    weight_decay: weightDecay,
    clip_grad: maxGradNorm,
    lr_scheduler_type: 'constant',
    override_optimizer_config: { eps },
  };
}

const numberOr = (value: unknown, whenMissing: number): number => (typeof value === 'number' ? value : whenMissing);

function templateOf(experiment: Experiment): { readonly custom_chat_template?: string } {
  const put = preparePrompt('', experiment.prompt);
  if (put.kind === 'chat') return {};
  return { custom_chat_template: put.begin && !isShipped(experiment) ? begunTemplate : plainTemplate };
}
