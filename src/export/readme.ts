/** README.md of an exported experiment: how to run it, what will differ, what was not tried. */
import type { Experiment } from '../experiment/types';
import type { Framework } from './expressible';
import { isShipped, modelFolder } from './scale';

export const versions = { verl: '0.9.0', trl: '1.9.0' } as const satisfies Record<Framework, string>;

const names = { verl: 'verl', trl: 'TRL' } as const satisfies Record<Framework, string>;

const commands = {
  verl: `pip install "verl==${versions.verl}" vllm
python prepare_data.py
PYTHONPATH=$PWD VERL_USE_EXTERNAL_MODULES=nsr_verl python -m verl.trainer.main_ppo --config-path $PWD --config-name nsr_verl`,
  trl: `pip install "trl[vllm,peft]==${versions.trl}"
accelerate config
accelerate launch train.py`,
} as const satisfies Record<Framework, string>;

const files = {
  verl: `- \`nsr_verl.yaml\`: verl's configuration; model, machines and batch sizes stand first, under \`scale\`.
- \`nsr_verl.py\`: the trainer class \`nsr_sync\` and the policy loss \`nsr\`, which verl loads by name.
- \`nsr_reward.py\`: the task's verifier. \`prepare_data.py\` makes the parquet files of \`data/\`.`,
  trl: `- \`settings.py\`: what to change; model, machines and batch sizes stand first.
- \`nsr_trl.py\`: a subclass of \`GRPOTrainer\` and the reward function. \`train.py\` starts it.`,
} as const satisfies Record<Framework, string>;

const several = {
  verl: 'On several machines: `ray start --head` on the first, `ray start --address=...` on the others, `scale.nodes` in the configuration, and this folder in a place that all of them see; then the third command on the first machine.',
  trl: 'On several machines: `accelerate config` on each, with its rank and the address of the first, then the third command on each.',
} as const satisfies Record<Framework, string>;

const differs = {
  verl: [
    'A mini-batch in which nothing counts still takes an optimiser step (momentum, weight decay); the playground takes none.',
    'verl decays every parameter; the playground leaves norms and biases alone.',
    'verl cuts mini-batches of answers per process; the playground divides whole groups at random.',
    'With normaliser `kept`, answers that do not count have an empty `response_mask`, so that verl reports length 0 for them.',
    'A smoothed accuracy-driven curve begins anew when a run is resumed.',
  ],
  trl: [
    'A mini-batch in which nothing counts still takes an optimiser step (momentum, weight decay); the playground takes none.',
    'TRL shuffles answers within a process before it cuts mini-batches; the playground divides whole groups at random.',
    'Later epochs over a rollout batch take the same mini-batches again; the playground divides anew.',
    'A smoothed accuracy-driven curve begins anew when a run is resumed.',
  ],
} as const satisfies Record<Framework, readonly string[]>;

export interface ReadmeFacts {
  readonly experiment: Experiment;
  /** The page's link to the experiment. */
  readonly link: string;
}

export function exportReadme({ experiment, link }: ReadmeFacts, framework: Framework): string {
  const { objective, model, task, steps } = experiment;
  const shipped = isShipped(experiment)
    ? `The base \`${model}\` is one of the playground's tiny models: its files belong into \`${modelFolder}/\` (\`nsr export\` puts them there). For a larger model write its Hugging Face id in its place.`
    : `The model is \`${model}\`.`;
  return `# ${objective.name || 'An experiment'} in ${names[framework]}

An experiment of NSR Playground: \`${objective.name}\` on \`${task.name}\`, ${steps} rollout steps. The experiment as the playground has it is \`experiment.json\`; the page opens it by this link:

<${link}>

## Run it

\`\`\`
${commands[framework]}
\`\`\`

${several[framework]}

${shipped}

## What is here

${files[framework]}
- \`nsr/\`: the experiment's mathematics (schedules, confidence weights, advantages, normalisers, clip) and the playground's grader, in plain Python and torch.
- \`data/\`: the task's problems, with the playground's split.

## What will differ

- The numbers are those of another machine: bfloat16 weights and another sampler (vLLM) with other random numbers. Curves agree in shape, not in bits.
${differs[framework].map((line) => `- ${line}`).join('\n')}
- Evaluation samples ${experiment.evaluation.samples} answers a problem; where the playground computed pass@k exactly, this is an estimate of it. Forces are not measured.

## What was tried

The package is held to the playground's engine by tests: the same advantages, weights, losses, schedules and verdicts. The files for ${names[framework]} follow the interfaces of version ${versions[framework]} and were tested against stand-ins of them. They were not run under ${names[framework]} itself.

Metrics of this run can be opened in the playground beside the original (Share, Open file): ${framework === 'verl' ? "the `.jsonl` of verl's file logger" : '`trainer_state.json` of a TRL checkpoint'}, or a CSV export of Weights & Biases.
`;
}
