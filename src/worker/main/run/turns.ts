/** Who trains: one run alone, or several that take turns on the one device, one rollout each. */
import { ask, change, patch, type Step } from './commands';
import { isComputing, type HeldRun, type Order } from './state';

const find = (step: Step, key: number): HeldRun | undefined => step.state.runs.find((run) => run.key === key);

/** Sets going what is held, until every run has ended, a pause, or the end of so many rounds. Waits for what still computes. */
export function start(step: Step, rounds: number | null): Step {
  const { going, runs } = step.state;
  if (going.kind === 'nobody') return startNext(change(step, { next: { rounds } }));
  const ending =
    going.kind === 'resting' ||
    (going.kind === 'turns' && going.stopping) ||
    runs.some(({ pausing, activity }) => pausing || activity.kind === 'keeping');
  return ending ? change(step, { next: { rounds } }) : step;
}

/** The start that waits, once nothing computes any more. */
export function startNext(step: Step): Step {
  const { next, going, leaving, runs, line } = step.state;
  if (!next || going.kind !== 'nobody' || leaving.length > 0 || runs.some(isComputing)) return step;
  const begun = change(step, { next: null });
  const [alone, ...others] = runs;
  if (!alone || line.length === 0) return begun;
  if (others.length === 0)
    return drive(change(begun, { going: { kind: 'alone' } }), alone, { maxSteps: next.rounds, quiet: false });
  const left = next.rounds === null ? null : next.rounds * line.length;
  return nextTurn(change(begun, { going: { kind: 'turns', left, stopping: false } }));
}

/** Opens the engine where there is none, and trains. */
export function drive(step: Step, { key, open, experiment }: HeldRun, order: Order): Step {
  if (open) return train(patch(step, key, { activity: { kind: 'training', order }, pausing: false }), key, order, []);
  const opening = patch(step, key, { activity: { kind: 'opening', order }, pausing: false });
  return ask(opening, { type: 'say-phase', key, phase: 'loading' }, { type: 'open', key, experiment });
}

/** `edits` are recorded before the first step. */
export const train = (step: Step, key: number, { maxSteps }: Order, edits: HeldRun['edits']): Step =>
  ask(step, { type: 'say-phase', key, phase: 'beginning' }, { type: 'train', key, maxSteps, edits });

/** What was asked of a run is done; `goesOn`: it rests and may be set going again. */
export function done(step: Step, key: number, goesOn: boolean): Step {
  const { going } = step.state;
  const rested = answerAll(patch(step, key, { activity: { kind: goesOn ? 'rests' : 'ended' }, pausing: false }), key);
  const line = rested.state.line.filter((other) => other !== key);
  switch (going.kind) {
    case 'nobody':
      return rested;
    case 'alone':
      return startNext(change(rested, { going: { kind: 'nobody' }, line: goesOn ? [key, ...line] : line }));
    case 'turns': {
      const left = going.left === null ? null : going.left - 1;
      return nextTurn(change(rested, { line: goesOn ? [...line, key] : line, going: { ...going, left } }));
    }
    case 'resting':
      return restNext(goesOn ? rested : change(rested, { line }));
    default:
      return going satisfies never;
  }
}

function nextTurn(step: Step): Step {
  const { going, line } = step.state;
  if (going.kind !== 'turns') return step;
  const run = line[0] === undefined ? undefined : find(step, line[0]);
  if (!run || going.stopping || going.left === 0)
    return restNext(change(step, { going: { kind: 'resting', left: line } }));
  return drive(change(step, { line: line.slice(1) }), run, { maxSteps: 1, quiet: true });
}

/** After the turns: a copy of each, and a word that it is paused. */
function restNext(step: Step): Step {
  const { going } = step.state;
  if (going.kind !== 'resting') return step;
  const [key, ...left] = going.left;
  const run = key === undefined ? undefined : find(step, key);
  if (!run) return startNext(change(step, { going: { kind: 'nobody' } }));
  const next = change(step, { going: { kind: 'resting', left } });
  return run.open ? keepAtEnd(next, run, 'paused') : done(sayEnd(next, run.key, 'paused'), run.key, true);
}

/** A copy of where the run stands, before it says so. */
export function keepAtEnd(step: Step, run: HeldRun, then: 'paused' | 'finished', halfway = false): Step {
  const order = 'order' in run.activity ? run.activity.order : { maxSteps: 1, quiet: true };
  // After its turn a run is in the state of a pause: a device lost meanwhile is opened anew by its next start.
  const pausing = run.pausing || step.state.going.kind === 'resting';
  return ask(patch(step, run.key, { activity: { kind: 'keeping', order, then }, pausing }), {
    type: 'keep',
    key: run.key,
    halfway,
  });
}

export const sayEnd = (step: Step, key: number, phase: 'paused' | 'finished'): Step =>
  ask(step, { type: 'say-phase', key, phase });

/** What was asked while the run computed. Between two turns others compute: then it waits for this run's own step. */
function answerAll(step: Step, key: number): Step {
  const run = find(step, key);
  const { going } = step.state;
  if (!run || run.questions.length === 0 || (going.kind === 'turns' && run.activity.kind === 'rests')) return step;
  const answering = run.answering + run.questions.length;
  return ask(
    patch(step, key, { questions: [], answering }),
    ...run.questions.map((question) => ({ type: 'answer' as const, key, ...question })),
  );
}
