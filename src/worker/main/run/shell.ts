/** The shell around the worker's run machine (`transition.ts`): carries its commands out and tells it what became of them. */
import { invariant } from '../../../lib/invariant';
import type { RunError } from '../../protocol';
import { toRunError } from '../runError';
import type { WorkerCommand } from './commands';
import { createRunEffects, type RunEffects, type RunWorld } from './effects';
import type { RunCommand } from '../../protocol';
import type { WorkerEvent } from './events';
import { initialWorker } from './state';
import { transition } from './transition';

/** Takes the page's commands about runs; the replies are sent from here. */
export function createRuns(world: RunWorld): (request: number, command: RunCommand) => void {
  const { clock, send } = world;
  let state = initialWorker;
  const runs = new Map<number, RunEffects>();

  function of(key: number): RunEffects {
    const run = runs.get(key);
    invariant(run, `there is a run of key ${key}`);
    return run;
  }

  /** Resolves when all is done that the event asks for and that can be waited for; rejects where a step under way must know. */
  async function dispatch(event: WorkerEvent): Promise<void> {
    const step = transition(state, event);
    state = step.state;
    // What needs no waiting is done at once: whatever happens next finds it done.
    let before: Promise<void> | null = null;
    for (const command of step.commands) {
      const here = (): Promise<void> | null => carryOut(command, event.type === 'stepped');
      before = before === null ? here() : before.then(() => here() ?? undefined);
    }
    await before;
  }

  /** What is thrown here is a fault of ours: the page hears of it and replaces this worker. */
  const tell = (event: WorkerEvent): void =>
    void dispatch(event).catch((error: unknown) =>
      queueMicrotask(() => {
        throw error;
      }),
    );

  const threw = async (key: number, error: unknown): Promise<void> =>
    tell({ type: 'threw', key, ...(await of(key).failure(error)), at: clock() });

  /** Null where there is nothing to wait for. `within`: a step waits, and fails with what fails here. */
  function carryOut(command: WorkerCommand, within: boolean): Promise<void> | null {
    switch (command.type) {
      case 'reply':
        return done(answerWith(command.request, null, null));
      case 'create':
        return create(command);
      case 'open':
        return open(command);
      case 'train':
        return train(command);
      case 'keep':
        return keep(command, within);
      case 'keep-weights':
        return of(command.key).keepWeights();
      case 'answer':
        return answer(command);
      case 'edit':
        return edit(command);
      case 'abort':
        return done(of(command.key).abort());
      case 'forget-copy':
        return done(of(command.key).forgetCopy());
      case 'say':
        return done(of(command.key).say(command.words));
      case 'say-phase':
        return done(of(command.key).sayPhase(command.phase));
      case 'say-stopped':
        return done(of(command.key).sayStopped(command.error));
      case 'close':
        return done(of(command.key).close());
      case 'close-gpu':
        return done(void world.closeGpu());
      case 'leave':
        return done(of(command.key).leave());
      case 'discard':
        of(command.key).discard();
        return done(void runs.delete(command.key));
      default:
        return command satisfies never;
    }
  }

  const done = (_: void): null => null;

  function create({ key, ...order }: Extract<WorkerCommand, { type: 'create' }>): null {
    const hooks = {
      restored: (experiment: typeof order.experiment, step: number) =>
        tell({ type: 'restored', key, experiment, step }),
      stepped: (step: number) => dispatch({ type: 'stepped', key, step, at: clock() }),
    };
    runs.set(key, createRunEffects(order, world, hooks));
    return null;
  }

  function open({ key, experiment }: Extract<WorkerCommand, { type: 'open' }>): null {
    void of(key)
      .open(experiment)
      .then(
        () => tell({ type: 'opened', key, at: clock() }),
        (error: unknown) => threw(key, error),
      );
    return null;
  }

  function train({ key, maxSteps, edits }: Extract<WorkerCommand, { type: 'train' }>): null {
    void of(key)
      .train(maxSteps, edits)
      .then(
        (result) => tell({ type: 'trained', key, ...result }),
        (error: unknown) => threw(key, error),
      );
    return null;
  }

  function keep({ key, halfway }: Extract<WorkerCommand, { type: 'keep' }>, within: boolean): Promise<void> {
    const kept = of(key)
      .keep(halfway)
      .then((copyStep) => tell({ type: 'kept', key, copyStep, at: clock() }));
    return within ? kept : kept.catch((error: unknown) => threw(key, error));
  }

  async function answer({ key, request, about }: Extract<WorkerCommand, { type: 'answer' }>): Promise<void> {
    await of(key)
      .answer(about)
      .then(
        (report) => answerWith(request, report, null),
        (error: unknown) => answerWith(request, null, toRunError(error)),
      );
    tell({ type: 'answered', key });
  }

  function edit({ key, path, value, request }: Extract<WorkerCommand, { type: 'edit' }>): null {
    try {
      of(key).edit(path, value);
      answerWith(request, null, null);
    } catch (error) {
      answerWith(request, null, toRunError(error));
    }
    return null;
  }

  const answerWith = (id: number, value: unknown, error: RunError | null): void =>
    send({ type: 'reply', id, error, value });

  return (request, command) => tell({ type: 'command', request, command });
}
