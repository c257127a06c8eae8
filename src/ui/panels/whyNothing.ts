/** "Why is nothing learning?": reads the metrics of a run and says what stands in the way, worst first. Pure. */
import type { MetricKey } from '../../records/rows';
import type { AlgorithmEntry } from '../../experiment/catalogue';
import type { Run } from '../../store/runs/runs';
import { againstStart, recent, type AgainstStart } from './againstStart';

export interface Finding {
  readonly what: string;
  readonly advice: string;
}

/** Mean of rho - 1 - log rho over the updates of a rollout, nats. Recorded: at most 0.029 in every run at an ordinary rate and
 * number of updates, 0.05 to 0.26 in those that lost their answers by too large steps. */
const LARGE_MOVE = 0.04;
/** Wrong answers alone teach little each; recorded losses were all of batches this small, or of models that are nearly always wrong. */
const SMALL_UPDATE = 128;

export function findObstacles(run: Run, algorithms: readonly AlgorithmEntry[]): Finding[] {
  if (run.rows.length < 2) return [];
  const findings: Finding[] = [];
  const say = (condition: boolean, what: string, advice: string): void => {
    if (condition) findings.push({ what, advice });
  };
  const value = (key: MetricKey, fallback: number): number => recent(run, key) ?? fallback;
  const algorithm = algorithms.find(({ id }) => id === run.experiment.objective.algorithm);
  /** λ and β play no part: answers count against their group. */
  const group = algorithm?.uses.includes('negativeWeight') === false;
  const lambda = value('positiveWeight', 0);
  const beta = value('negativeWeight', 0);
  say(
    run.status.error?.kind === 'not-finite',
    'A number was not finite and the run stopped.',
    'Lower the learning rate, or switch clipping on, and start again.',
  );
  say(
    value('skippedUpdates', 0) > 0,
    'Updates were skipped because a number in them was not finite; they changed no weight.',
    'Lower the learning rate or the weight decay.',
  );
  say(value('learningRate', 1) === 0, 'The learning rate is 0.', 'Raise it: 1e-4 is a good start for these models.');
  say(
    !group && lambda === 0 && beta === 0,
    'λ and β are both 0: no answer is pushed either way.',
    'Raise one of the two curves.',
  );
  say(
    !group && lambda === 0 && value('correctRatio', 0) > 0.97,
    'Nearly every answer is right and λ is 0: there is nothing left to punish.',
    'Take a harder task, or raise λ.',
  );
  say(
    !group && beta === 0 && lambda > 0 && value('correctRatio', 1) < 0.03,
    'Nearly every answer is wrong and β is 0: there is nothing to reward.',
    'Raise β, or start from a stronger model.',
  );
  say(
    group && value('mixedGroups', 1) < 0.05,
    'All answers within a group have the same reward, so group advantages are 0.',
    'Use larger groups, other prompts, or a method of the signed family.',
  );
  const start = againstStart(run);
  findings.push(...lossFindings(run, start, !group && lambda <= beta / 4 && beta > 0));
  say(
    value('truncatedShare', 0) > 0.5 && !start.endless && !start.collapsed,
    'Most answers are cut off before their end.',
    'Raise the longest answer.',
  );
  say(
    value('entropyNats', 1) < 0.02,
    'Entropy has collapsed: the model says the same thing every time.',
    'Go back to an earlier point; lower the learning rate or λ, raise β.',
  );
  say(
    Math.max(value('clipLowNegative', 0), value('clipHighPositive', 0)) > 0.6,
    'Most tokens are clipped.',
    'Lower the learning rate, or use fewer updates per rollout.',
  );
  say(
    value('gradNorm', 1) === 0 && findings.length === 0,
    'The gradient is exactly 0.',
    'Every advantage is 0 or every token is clipped: look at the answers below.',
  );
  return findings;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

/** What was lost against the start and, where the metrics tell, by what. `pushesDown`: mainly by wrong answers. */
function lossFindings(run: Run, start: AgainstStart, pushesDown: boolean): Finding[] {
  const { loss, collapsed, entropyGrowth, endless, largestMove } = start;
  const { batch, objective } = run.experiment;
  const answers = Math.round((batch.promptsPerStep * batch.groupSize) / batch.updatesPerRollout);
  const moved = loss ? largestMove : (recent(run, 'approximateKl') ?? 0);
  const findings: Finding[] = [];
  if (loss) {
    const fall = `${loss.what === 'pass@1' ? 'Pass@1 on the held-out problems' : 'The share of right answers'} fell from ${percent(loss.before)} at the start to ${percent(loss.now)}`;
    findings.push(
      collapsed
        ? {
            what: `The model has collapsed: ${lowerFirst(fall)}.`,
            advice: `${endless ? 'Its answers do not end any more, so longer ones would not help. ' : ''}It does not come back by itself: restart, or fork from half way, with what is named below changed.`,
          }
        : { what: `${fall}: this training makes the model worse.`, advice: 'Go back to an earlier point.' },
    );
  }
  if (moved > LARGE_MOVE)
    findings.push({
      what: `The rate is too high: the updates of one rollout moved the policy by ${moved.toFixed(2)} nats; runs that learn stay below ${LARGE_MOVE}.`,
      advice: `Lower the learning rate, or use fewer updates per rollout${objective.clip ? '' : '; switch clipping on'}.`,
    });
  if (entropyGrowth !== null)
    findings.push({
      what: `Entropy is ${entropyGrowth.toFixed(1)} times that of the start: the answers scatter.`,
      advice: 'Lower β or the learning rate, raise λ, keep clipping on, and the entropy bonus at 0.',
    });
  if (loss && pushesDown) {
    findings.push(
      answers <= SMALL_UPDATE
        ? {
            what: `${answers} answers per update are few for a method that mainly pushes wrong answers down.`,
            advice: 'Use more prompts per step, fewer updates per rollout, or a larger λ.',
          }
        : {
            what: 'Wrong answers are pushed down and hardly a right one is held up.',
            advice: 'Raise λ, or start from a model that is right more often.',
          },
    );
  }
  return findings;
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
