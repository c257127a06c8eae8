/** A series of seeds in one paragraph for a notebook or a paper: what was trained, how it differs from its preset, what came out against the
 * starting model with 95 % intervals, and what it cost. */
import type { Catalogue } from '../../experiment/catalogue';
import { encodeLink } from '../../share/link';
import type { EvaluationRow } from '../../records/rows';
import { changedFields, describeValue, nearestPreset } from './fields';
import type { Run } from '../runs/runs';
import { allEdits, meanRuns, type RunSeries } from '../runs/series';
import { formatCount, formatSeconds } from '../run/statusText';
import { manyTries } from '../results/chosenK';
import { latestFan, pairedPass } from '../results/summary';

const points = (share: number): string => (share * 100).toFixed(1);
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

function settingsSentence(first: Run, runs: readonly Run[], catalogue: Catalogue): string {
  const { experiment, rows } = first;
  const preset = nearestPreset(experiment, catalogue);
  const changes = preset
    ? changedFields(preset.experiment, experiment).filter(({ path }) => !settledElsewhere.has(path))
    : [];
  const { batch, steps, task, model } = experiment;
  const seeds = runs.map((run) => String(run.experiment.seed));
  const edits = allEdits(first).length;
  return (
    `${model} on ${task.name} (${describeValue(task.params)}), ` +
    `${rows.length === steps ? steps : `${rows.length} of ${steps}`} rollout steps of ${batch.promptsPerStep} prompts × ${batch.groupSize} answers, ` +
    `${seeds.length > 1 ? 'seeds' : 'seed'} ${listed(seeds)}. ` +
    (preset
      ? `Settings of the preset “${preset.label}”${changes.length ? ` except ${listed(changes.map((change) => `${change.label} ${describeValue(change.after)} instead of ${describeValue(change.before)}`))}` : ''}` +
        `${edits ? `; ${edits} ${edits === 1 ? 'value was' : 'values were'} changed while it ran (in the link)` : ''}.`
      : '')
  );
}

/** Said in the sentence before. */
const settledElsewhere = new Set([
  'seed',
  'steps',
  'model',
  'task.name',
  'task.params',
  'batch.promptsPerStep',
  'batch.groupSize',
]);

function resultSentence(runs: readonly Run[]): string {
  const ends = (pick: (run: Run) => EvaluationRow | undefined): EvaluationRow[] =>
    runs.flatMap((run) => pick(run) ?? []);
  const starts = ends((run) => run.evaluations.find((row) => row.step === 0));
  const lasts = ends((run) => run.evaluations.at(-1));
  const [last] = lasts;
  if (!last) return 'It has not been evaluated yet.';
  const fan = latestFan(runs);
  const many = manyTries(fan.map(({ k }) => k));
  const shown = fan.filter(({ k }) => k === 1 || k === many);
  const parts = shown.map(({ k, mean, low, high }) => {
    const own = `pass@${k} ${points(mean)} %${low !== null && high !== null ? ` [${points(low)}, ${points(high)}]` : ''}`;
    const start = starts.map((row) => row.passAtK.find((entry) => entry.k === k)?.mean ?? NaN);
    if (last.step === 0 || start.length < runs.length) return own;
    const from = start.reduce((sum, value) => sum + value, 0) / start.length;
    const gap = pairedPass(lasts, starts, k);
    const difference = gap
      ? `difference ${signed(gap.mean)} [${signed(gap.low)}, ${signed(gap.high)}]`
      : `difference ${signed(mean - from)}`;
    return `${own} against ${points(from)} % of the starting model (${difference})`;
  });
  const drawn = last.problemIds.length > 0 ? 'the prompts and ' : '';
  const spread =
    runs.length === 1 ? 'bootstrap over the prompts, one seed' : `Student over ${drawn}${runs.length} seeds`;
  const how =
    last.method === 'exact'
      ? ', exactly, by the probability of every right answer'
      : ` with ${last.samples} samples each`;
  const values = fan[0]?.low === null ? `none for the values of ${runs.length} seeds` : `of the values by ${spread}`;
  return (
    `On ${last.problems} held-out prompts${how}: ${parts.join('; ')}. ` +
    `Intervals: 95 %, ${values}, of the differences by paired bootstrap over the prompts.`
  );
}

function costSentence({ runs, first }: RunSeries): string {
  const total = (read: (run: Run) => number): number => runs.reduce((sum, run) => sum + read(run), 0);
  const tokens = total((run) => run.status.tokensUsed);
  const seconds = total((run) => run.status.secondsUsed);
  const where = first.adapter ? ` on ${first.adapter}` : '';
  return `Cost: ${formatCount(tokens)} rollout tokens${seconds > 0 ? `, ${formatSeconds(seconds)}${where}` : where}.`;
}

/** `page`: address of the page without its hash; the link behind it opens the experiment of the first seed. */
export function methodsParagraph(series: RunSeries, catalogue: Catalogue, page: string): string {
  const runs = meanRuns(series);
  const [first = series.first] = runs;
  const experiment = { ...first.experiment, edits: allEdits(first) };
  const preset = nearestPreset(first.experiment, catalogue)?.id ?? '';
  const link = `${page}${encodeLink({ experiment, preset })}`;
  return [
    `${series.name}: ${settingsSentence(first, runs, catalogue)}`,
    resultSentence(runs),
    costSentence(series),
    link,
  ].join(' ');
}
