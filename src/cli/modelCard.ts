import { basename } from 'node:path';
import type { EvaluationResult } from '../trainer/evaluate';
import type { TaskChoice } from './task';

export interface ModelCardFacts {
  readonly task: TaskChoice;
  readonly parameters: number;
  readonly seconds: number;
  readonly adapter: string;
  /** Null when it was not evaluated. */
  readonly evaluation: EvaluationResult | null;
}

/** README.md of a base model: how it was made and what it can do. `commandLine`: the words after `nsr sft`. */
export function modelCard(out: string, commandLine: readonly string[], facts: ModelCardFacts): string {
  const { task, parameters, adapter, evaluation } = facts;
  const settings = Object.entries(task.params).map(([key, value]) => `, ${key} ${value}`);
  return `---
license: mit
tags: [nsr-playground]
---

# ${basename(out)}

A base model for NSR Playground: a Llama of ${parameters} parameters that spells character by character, warmed up on right answers of the task \`${task.name}\`${settings.join('')} (train split) so that reinforcement learning has something to work on. Of no use for anything else.

Made by this project's own engine (adapter: ${adapter}):

\`\`\`
npm run -s nsr -- sft ${commandLine.join(' ')}
\`\`\`

${evaluation === null ? 'It was not evaluated.' : evaluationText(evaluation)}
`;
}

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
