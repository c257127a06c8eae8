/** The worker's runs as a pure function: what a command of the page, or what became of the one before, makes of the state, and what is to be done. */
import { ask, change, patch, type Step } from './commands';
import type { RunCommand } from '../../protocol';
import type { WorkerEvent } from './events';
import type { WorkerQuestion } from '../questions';
import { sentence } from '../sentence';
import { halt } from './halting';
import { isComputing, type HeldRun, type WorkerState } from './state';
import { done, keepAtEnd, sayEnd, start, startNext, train } from './turns';

/** A copy to go back to after a lost device or a reload is made after so many rollout steps, or earlier where they are slow. */
const KEEP_EVERY_STEPS = 10;
const KEEP_EVERY_MS = 30_000;

export function transition(state: WorkerState, event: WorkerEvent): Step {
  const step: Step = { state, commands: [] };
  if (event.type === 'command') return obey(step, event.request, event.command);
  const gone = state.leaving.find((run) => run.key === event.key);
  if (gone) return leave(step, gone, event);
  const run = state.runs.find((held) => held.key === event.key);
  if (!run) return step;
  switch (event.type) {
    case 'restored':
      return patch(step, run.key, { experiment: event.experiment, copyStep: event.step });
    case 'opened':
      return opened(step, run, event.at);
    case 'stepped':
      return stepped(step, run, event);
    case 'trained':
      return trained(step, run, event);
    case 'kept':
      return kept(step, run, event);
    case 'threw':
      return halt(step, run, event);
    case 'answered':
      return startNext(patch(step, run.key, { answering: run.answering - 1 }));
    default:
      return event satisfies never;
  }
}

/** `edit` and questions are answered where they are carried out, all others at once. */
function obey(step: Step, request: number, command: RunCommand): Step {
  const { runs } = step.state;
  const replied = ask(step, { type: 'reply', request });
  switch (command.type) {
    case 'load':
      return load(command.beside ? replied : clear(replied), command);
    case 'start':
      return start(replied, null);
    case 'step':
      return start(replied, 1);
    case 'pause':
      return pause(replied);
    case 'dispose':
      return clear(replied);
    case 'edit': {
      const run = runs.find(({ runId }) => runId === command.runId);
      if (!run) return replied;
      const { path, value } = command;
      return run.open
        ? ask(step, { type: 'edit', key: run.key, path, value, request })
        : patch(replied, run.key, { edits: [...run.edits, { path, value }] });
    }
    case 'inspect':
    case 'cool':
    case 'take-model':
    case 'hand-on':
    case 'measure-forces': {
      const run = runs.find(({ runId }) => runId === command.runId);
      return run ? inspect(step, run, { request, about: questionOf(command) }) : replied;
    }
    default:
      return command satisfies never;
  }
}

function questionOf(
  command: Extract<RunCommand, { type: 'inspect' | 'hand-on' | 'measure-forces' | 'cool' | 'take-model' }>,
): WorkerQuestion {
  if (command.type === 'cool') return { kind: 'cooling' };
  if (command.type === 'take-model') return { kind: 'model', wish: command.wish };
  if (command.type === 'measure-forces') return { kind: 'forces' };
  const { sample, position } = command;
  return { kind: command.type === 'inspect' ? 'token' : 'handed-on', sample, position };
}

/** Takes its place behind those that are there. */
function load(step: Step, { runId, experiment, resumeFrom }: Extract<RunCommand, { type: 'load' }>): Step {
  const key = step.state.keys + 1;
  const run: HeldRun = {
    key,
    runId,
    experiment,
    activity: { kind: 'rests' },
    open: false,
    pausing: false,
    copyStep: null,
    keptAt: 0,
    recoveredAt: null,
    edits: [],
    questions: [],
    answering: 0,
  };
  const { runs, line } = step.state;
  const added = change(step, { keys: key, runs: [...runs, run], line: [...line, key] });
  return ask(added, { type: 'create', key, runId, experiment, resumeFrom });
}

/** Ends the steps under way. A start that still waited is taken back, in words: the page takes its runs for busy. */
function pause(step: Step): Step {
  const { going, runs, next: waiting } = step.state;
  let next = change(step, { next: null, going: going.kind === 'turns' ? { ...going, stopping: true } : going });
  for (const { key, activity } of runs) {
    if (activity.kind !== 'rests' && activity.kind !== 'ended')
      next = ask(patch(next, key, { pausing: true }), { type: 'abort', key });
    else if (waiting && activity.kind === 'rests') next = sayEnd(next, key, 'paused');
  }
  return next;
}

/** Ends and forgets all runs; those that compute leave when they are done. */
function clear(step: Step): Step {
  const { runs, leaving } = step.state;
  const waiting = runs.flatMap(({ questions }) => questions);
  const cleared = change(step, {
    runs: [],
    line: [],
    going: { kind: 'nobody' },
    next: null,
    leaving: [...leaving, ...runs.filter(isComputing)],
  });
  return ask(
    cleared,
    ...waiting.map(({ request }) => ({ type: 'reply' as const, request })),
    ...runs.map((run) => ({ type: isComputing(run) ? ('leave' as const) : ('discard' as const), key: run.key })),
  );
}

/** Something that a leaving run was doing has come to its end; its trainer is let go on to there. */
function leave(step: Step, run: HeldRun, event: Exclude<WorkerEvent, { type: 'command' }>): Step {
  const others = step.state.leaving.filter(({ key }) => key !== run.key);
  const ends =
    event.type === 'opened' ||
    event.type === 'trained' ||
    event.type === 'threw' ||
    (event.type === 'kept' && run.activity.kind === 'keeping');
  const left: HeldRun = {
    ...run,
    activity: ends ? { kind: 'ended' } : run.activity,
    answering: event.type === 'answered' ? run.answering - 1 : run.answering,
  };
  if (isComputing(left)) return change(step, { leaving: [...others, left] });
  return startNext(ask(change(step, { leaving: others }), { type: 'discard', key: run.key }));
}

/** The edits that waited are recorded at its first step. */
function opened(step: Step, run: HeldRun, at: number): Step {
  if (run.activity.kind !== 'opening') return step;
  const { key, edits } = run;
  const { order } = run.activity;
  const there = patch(step, key, { activity: { kind: 'training', order }, open: true, edits: [], keptAt: at });
  const begun = train(there, key, order, edits);
  return run.pausing ? ask(begun, { type: 'abort', key }) : begun;
}

function stepped(step: Step, run: HeldRun, { step: at, at: now }: Extract<WorkerEvent, { type: 'stepped' }>): Step {
  const { key, questions, experiment } = run;
  const halfway = isHalfway(at, experiment.steps);
  const due = at % KEEP_EVERY_STEPS === 0 || halfway || now - run.keptAt > KEEP_EVERY_MS;
  const answered = ask(
    patch(step, key, { questions: [], answering: run.answering + questions.length }),
    ...questions.map((question) => ({ type: 'answer' as const, key, ...question })),
    { type: 'keep-weights', key },
  );
  return due ? ask(answered, { type: 'keep', key, halfway }) : answered;
}

/** The step whose copy is kept for good. */
const isHalfway = (step: number, steps: number): boolean => step === Math.floor(steps / 2);

function trained(step: Step, run: HeldRun, event: Extract<WorkerEvent, { type: 'trained' }>): Step {
  if (run.activity.kind !== 'training') return step;
  const { end, step: at } = event;
  const { key, experiment } = run;
  if (end.reason === 'failed') {
    // Not one step could be made from that copy: it is nothing to go back to.
    const useless = run.copyStep !== null && run.copyStep >= at;
    const forgot = useless ? ask(patch(step, key, { copyStep: null }), { type: 'forget-copy', key }) : step;
    const message = `${sentence(end.message)}. The last step with finite numbers was ${event.finiteSteps} of ${experiment.steps}`;
    return done(ask(forgot, { type: 'say-stopped', key, error: { kind: 'not-finite', message } }), key, false);
  }
  if (end.reason !== 'finished' && run.activity.order.quiet) return done(step, key, true);
  const then = end.reason === 'finished' ? 'finished' : 'paused';
  return keepAtEnd(step, run, then, isHalfway(at, experiment.steps));
}

function kept(step: Step, run: HeldRun, { copyStep, at }: Extract<WorkerEvent, { type: 'kept' }>): Step {
  const marked = copyStep === null ? step : patch(step, run.key, { copyStep, keptAt: at });
  if (run.activity.kind !== 'keeping') return marked;
  const { then } = run.activity;
  return done(sayEnd(marked, run.key, then), run.key, then === 'paused');
}

/** Now, where nothing of the run is under way; else between two steps. Between two turns it waits for the run's own. */
function inspect(step: Step, run: HeldRun, question: HeldRun['questions'][number]): Step {
  const { key, activity } = run;
  const busy = activity.kind !== 'ended' && (activity.kind !== 'rests' || step.state.going.kind === 'turns');
  if (busy) return patch(step, key, { questions: [...run.questions, question] });
  return ask(patch(step, key, { answering: run.answering + 1 }), { type: 'answer', key, ...question });
}
