/** A run in one paragraph for a notebook or a paper: settings, seed, results with their bands, cost. */
import type { Scheduled } from '../experiment/types';
import { describeValue } from './fields';
import type { Run } from './runs';
import { formatCount, formatSeconds } from './statusText';

const curve = (value: Scheduled): string => describeValue(value);
const points = (value: number): string => (value * 100).toFixed(1);

export function methodsParagraph(run: Run): string {
  const { experiment: e, edits, evaluations } = run;
  const first = evaluations[0];
  const last = evaluations.at(-1);
  const signed = e.objective.algorithm === 'signed';
  const parts = [
    `${run.name}: ${e.model} on ${e.task.name} (${describeValue(e.task.params)}), ${run.rows.length} of ${e.steps} rollout steps of ${e.batch.promptsPerStep} prompts × ${e.batch.groupSize} answers, ` +
      `${e.batch.updatesPerRollout} updates each, temperature ${curve(e.sampling.temperature)}, AdamW at ${curve(e.optimizer.learningRate)}, clip ${e.objective.clip ? `${e.objective.clipLow}/${e.objective.clipHigh}` : 'off'}, ` +
      `${signed ? `λ ${curve(e.objective.positiveWeight)}, β ${curve(e.objective.negativeWeight)}, confidence weighting ${describeValue(e.objective.confidence)}` : e.objective.algorithm}, ` +
      `normaliser ${e.objective.normalizer}, seed ${e.seed}${edits.length ? `, ${edits.length} values changed while it ran` : ''}.`,
  ];
  if (first && last) {
    const ends = last.passAtK.filter((_, index, all) => index === 0 || index === all.length - 1);
    parts.push(
      `On ${last.problems} held-out prompts with ${last.samples} samples each (95 % bootstrap over prompts): ${ends
        .map(
          ({ k, mean, low, high }) =>
            `pass@${k} ${points(mean)} [${points(low)}, ${points(high)}], at the start ${points(first.passAtK.find((entry) => entry.k === k)?.mean ?? NaN)}`,
        )
        .join(
          '; ',
        )}; entropy ${last.entropyNats.toFixed(3)} nats (${first.entropyNats.toFixed(3)}), distinct right answers ${last.distinctCorrect.toFixed(2)} (${first.distinctCorrect.toFixed(2)}). One seed.`,
    );
  }
  parts.push(
    `Cost: ${formatCount(run.status.tokensUsed)} tokens, ${formatSeconds(run.status.secondsUsed)}${run.adapter ? ` on ${run.adapter}` : ''}.`,
  );
  return parts.join(' ');
}
