import { basename } from 'node:path';
import type { EvaluationResult } from '../trainer/evaluate';
import type { TaskChoice } from './task';

export interface ModelCardFacts {
  /** What the page calls it. */
  readonly label: string;
  readonly task: TaskChoice;
  readonly parameters: number;
  readonly seconds: number;
  readonly adapter: string;
  /** Null when it was not evaluated. */
  readonly evaluation: EvaluationResult | null;
}

/** README.md of a base model: how it was made and what it can do. The build reads `label` and `task` from its head
 * (`scripts/build/shippedModels.ts`), `npm run models` the command. `commandLine`: the words after `nsr sft`. */
export function modelCard(out: string, commandLine: readonly string[], facts: ModelCardFacts): string {
  const { label, task, parameters, adapter, evaluation } = facts;
  const settings = Object.entries(task.params).map(([key, value]) => `, ${key} ${value}`);
  return `---
license: mit
tags: [nsr-playground]
label: ${JSON.stringify(label)}
task: ${JSON.stringify(task)}
---

# ${basename(out)}

A base model for NSR Playground: a Llama of ${parameters} parameters that spells character by character, warmed up on right answers of the task \`${task.name}\`${settings.join('')} (train split) so that reinforcement learning has something to work on. Of no use for anything else.

Made by this project's own engine (adapter: ${adapter}):

\`\`\`
npm run -s nsr -- sft ${commandLine.map(quoted).join(' ')}
\`\`\`

${evaluation === null ? 'It was not evaluated.' : evaluationText(evaluation)}
`;
}

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
