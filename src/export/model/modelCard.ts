/** The card of an exported model: what was trained, on what, what came out, and how to go on. */
import type { Experiment } from '../../experiment/types';
import { encodeLink } from '../../share/link';
import { dtypeNames } from './encodeValues';
import type { ModelDtype, ModelForm } from './modelForm';

/** What an evaluation says of Pass@k. */
export interface CardEvaluation {
  readonly step: number;
  readonly problems: number;
  /** Answers of each problem; 0 where Pass@k is exact. */
  readonly samples: number;
  readonly passAtK: readonly {
    readonly k: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface CardFacts {
  readonly experiment: Experiment;
  /** Rollout steps that these weights have had. */
  readonly step: number;
  /** Identifier of the base's licence as the hub spells it; null where nobody said. */
  readonly license: string | null;
  /** In order of step; empty where nothing was measured. */
  readonly evaluations: readonly CardEvaluation[];
}

/** Identifier of the licence in the head of a card; null where it names none. */
export const licenseOfCard = (card: string): string | null => /^license: (\S+)$/m.exec(card)?.[1] ?? null;

/** First and last evaluation as the card tells them. */
export function cardEvaluations(
  rows: readonly (CardEvaluation & { readonly method?: string | undefined })[],
): readonly CardEvaluation[] {
  const [first, last] = [rows[0], rows.at(-1)];
  const told = first === last ? [first] : [first, last];
  return told.flatMap((row) =>
    row === undefined ? [] : [{ ...row, samples: row.method === 'exact' ? 0 : row.samples }],
  );
}

export function formatModelCard(facts: CardFacts, form: ModelForm, dtype: ModelDtype): string {
  const { experiment, step, license, evaluations } = facts;
  const { model, objective, task, steps, seed } = experiment;
  const name = objective.name || objective.algorithm;
  const onHub = model.includes('/');
  const head = [
    ...(license === null ? [] : [`license: ${license}`]),
    ...(onHub ? [`base_model: ${model}`] : []),
    `library_name: ${form === 'adapter' ? 'peft' : 'transformers'}`,
    'pipeline_tag: text-generation',
    `tags: [nsr-playground, reinforcement-learning, ${name}]`,
  ];
  return `---
${head.join('\n')}
---

# ${model.split('/').at(-1) ?? model}, trained by ${name}

${form === 'adapter' ? 'An adapter (LoRA, PEFT)' : 'A model'} from NSR Playground: \`${model}\` after reinforcement learning with verifiable rewards on \`${task.name}\`, ${step} of ${steps} rollout steps, seed ${seed}, weights as ${dtypeNames[dtype].torch}.

The whole experiment is in this link, behind the address of any NSR Playground:

\`\`\`
${encodeLink({ preset: '', experiment })}
\`\`\`

${evaluations.length === 0 ? 'It was not evaluated.' : evaluationTable(evaluations)}

## Licence

${license === null ? `That of the base, \`${model}\`: look there.` : `\`${license}\`, that of the base \`${model}\`.`}

## Use

\`\`\`python
${form === 'adapter' ? peftCode(model) : transformersCode}
\`\`\`

${form === 'adapter' ? 'For llama.cpp export it merged.' : `For llama.cpp: \`python convert_hf_to_gguf.py . --outfile model.gguf --outtype ${dtype}\`, with the script of its repository.`}
`;
}

const transformersCode = `from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained(".")
tokenizer = AutoTokenizer.from_pretrained(".")`;

const peftCode = (model: string) => `from peft import PeftModel
from transformers import AutoModelForCausalLM

model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(${JSON.stringify(model)}), ".")`;

function evaluationTable(evaluations: readonly CardEvaluation[]): string {
  const [first] = evaluations;
  const ks = first?.passAtK.map(({ k }) => k) ?? [];
  const lines = evaluations.map(({ step, passAtK }) => {
    const cells = ks.map((k) => {
      const row = passAtK.find((one) => one.k === k);
      return row ? `${row.mean.toFixed(4)} (${row.low.toFixed(4)} to ${row.high.toFixed(4)})` : '';
    });
    return `| ${[step, ...cells].join(' | ')} |`;
  });
  const how =
    first && first.samples > 0 ? `${first.samples} samples each` : 'exact, from the probability of every right answer';
  return `On ${first?.problems ?? 0} held-out problems (${how}), with 95 % intervals:

| step | ${ks.map((k) => `pass@${k}`).join(' | ')} |
| ${['---', ...ks.map(() => '---')].join(' | ')} |
${lines.join('\n')}`;
}
