import { basename } from 'node:path';
import type { Architecture } from '../model/config';
import type { EvaluationResult } from '../trainer/evaluate';
import type { TaskChoice } from './task';

export interface ModelCardFacts {
  /** What the page calls it. */
  readonly label: string;
  readonly task: TaskChoice;
  readonly architecture: Architecture;
  /** Its tokens are characters, or words and pieces of them. */
  readonly spells: boolean;
  readonly parameters: number;
  readonly seconds: number;
  readonly adapter: string;
  /** Null when it was not evaluated. */
  readonly evaluation: EvaluationResult | null;
}

/** README.md of a base model: how it was made and what it can do. The build reads `label` and `task` from its head
 * (`scripts/build/shippedModels.ts`), `npm run models` the command. `commandLine`: the words after `nsr sft`. */
export function modelCard(out: string, commandLine: readonly string[], facts: ModelCardFacts): string {
  const { label, task, architecture, spells, parameters, adapter, evaluation } = facts;
  const settings = Object.entries(task.params).map(([key, value]) => `, ${key} ${value}`);
  return `---
license: mit
tags: [nsr-playground]
label: ${JSON.stringify(label)}
task: ${JSON.stringify(task)}
---

# ${basename(out)}

A base model for NSR Playground: a ${families[architecture]} of ${parameters} parameters ${spells ? 'that spells character by character' : 'with words as tokens'}, warmed up on right answers of the task \`${task.name}\`${settings.join('')} (train split) so that reinforcement learning has something to work on. Of no use for anything else.

Made by this project's own engine (adapter: ${adapter}):

\`\`\`
npm run -s nsr -- sft ${commandLine.map(quoted).join(' ')}
\`\`\`

${evaluation === null ? 'It was not evaluated.' : evaluationText(evaluation)}
`;
}

const families = { llama: 'Llama', qwen2: 'Qwen2', qwen3: 'Qwen3' } as const satisfies Record<Architecture, string>;

/** A word of a command line as a shell reads it back. */
const quoted = (word: string): string => (/^[\w.,=/-]+$/.test(word) ? word : JSON.stringify(word));

function evaluationText({
  problemIds,
  samples,
  temperature,
  passAtK,
  greedyAccuracy,
  entropyNats,
  distinctCorrect,
}: EvaluationResult): string {
  const columns = passAtK.map(({ k }) => `@${k}`);
  const cells = passAtK.map(({ mean }) => mean.toFixed(3));
  return `On ${problemIds.length} held-out problems, ${samples} samples each at temperature ${temperature}:

| pass${columns.join(' | ')} |
| ${columns.map(() => '---').join(' | ')} |
| ${cells.join(' | ')} |

Greedy accuracy ${greedyAccuracy.toFixed(3)}, entropy ${entropyNats.toFixed(3)} nats a token, ${distinctCorrect.toFixed(2)} different right answers a problem.`;
}
