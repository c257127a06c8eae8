import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply, WorkerClient } from '../worker/client';
import type { Command, StatusFrame } from '../worker/protocol';
import { catalogue } from './catalogue';
import { createExperimentStore } from './experiment';
import { idleStatus, useRuns } from './runs';
import { createTraining } from './training';

const start = quickPreset();

function quickPreset() {
  const found = catalogue.presets.find((preset) => preset.id === 'quick-nsr');
  if (!found) throw new Error('no quick preset');
  return found.experiment;
}

const beta = 'objective.negativeWeight';

function stage() {
  const sent: Command[] = [];
  const client: WorkerClient = {
    send: <Value>(command: Command) => {
      sent.push(command);
      return Promise.resolve<Reply<Value>>({ ok: true, value: null as Value });
    },
    setBusy: () => undefined,
    dispose: () => undefined,
  };
  const experiments = createExperimentStore(start, 'quick-nsr');
  const training = createTraining({ client: () => client, experiments, wallClock: () => 1 });
  const say = (changes: Partial<StatusFrame>): void => {
    const run = useRuns.getState().runs.at(-1);
    if (run) training.receive({ type: 'status', runId: run.id, status: { ...idleStatus(60), ...changes } });
  };
  const frame = (step: number, edits: { step: number; path: string; value: unknown }[] = []): void => {
    const run = useRuns.getState().runs.at(-1);
    if (run) {
      training.receive({
        type: 'frame',
        runId: run.id,
        rows: [{ step, tokens: step, seconds: step }],
        evaluations: [],
        edits,
        samples: null,
        histogram: null,
      });
    }
  };
  return { sent, experiments, training, say, frame };
}

describe('training driven from the panel', () => {
  beforeEach(() => useRuns.setState({ runs: [], activeId: null, deleted: null, unavailable: null }));

  it('deleting the run under way ends its training; undone, it is paused', () => {
    const { sent, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    useRuns.getState().remove(useRuns.getState().activeId ?? '');
    expect(sent.at(-1)).toEqual({ type: 'dispose' });
    useRuns.getState().undoRemove();
    expect(useRuns.getState().runs[0]?.status).toMatchObject({ phase: 'paused', step: 3 });
    training.train();
    expect(sent.slice(-2)).toMatchObject([{ type: 'load', resumeFrom: null }, { type: 'start' }]);
  });

  it('sends a gesture made while it trains as one edit, and undo as another', () => {
    const { sent, experiments, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    experiments.getState().set(beta, 2);
    experiments.temporal.getState().undo();
    expect(sent.filter((command) => command.type === 'edit')).toEqual([
      { type: 'edit', path: beta, value: 2 },
      { type: 'edit', path: beta, value: 1 },
    ]);
  });

  it('sends nothing for a field that needs a restart', () => {
    const { sent, experiments, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    experiments.getState().set('seed', 9);
    expect(sent.some((command) => command.type === 'edit')).toBe(false);
  });

  it('follows edits replayed from a link without an undo step', () => {
    const { experiments, training, say, frame } = stage();
    experiments
      .getState()
      .replace({ ...experiments.getState().experiment, edits: [{ step: 5, path: beta, value: 3 }] }, 'quick-nsr');
    experiments.temporal.getState().clear();
    training.train();
    say({ phase: 'rollout', step: 5 });
    frame(5, [{ step: 5, path: beta, value: 3 }]);
    expect(experiments.getState().experiment.objective.negativeWeight).toBe(3);
    expect(experiments.temporal.getState().pastStates).toHaveLength(0);
  });

  it('goes back to the start with the recorded edits to replay', () => {
    const { experiments, training, say, frame } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    experiments.getState().set(beta, 2);
    frame(4, [{ step: 4, path: beta, value: 2 }]);
    training.restart();
    expect(experiments.getState().experiment.objective.negativeWeight).toBe(1);
    expect(experiments.getState().experiment.edits).toEqual([{ step: 4, path: beta, value: 2 }]);
    expect(useRuns.getState().activeId).toBeNull();
    expect(useRuns.getState().runs[0]?.status.phase).toBe('stopped');
  });

  it('trains several experiments in turn', () => {
    const { sent, training, say } = stage();
    const experiment = start;
    training.trainInTurn([
      { name: 'a', experiment },
      { name: 'b', experiment },
    ]);
    say({ phase: 'finished', step: 60 });
    expect(useRuns.getState().runs.map((run) => run.name)).toEqual(['a', 'b']);
    expect(sent.filter((command) => command.type === 'start')).toHaveLength(2);
  });

  it('drops rows and edits that come again after a rewind', () => {
    const { training, frame } = stage();
    training.train();
    frame(0);
    frame(1, [{ step: 1, path: beta, value: 2 }]);
    frame(2);
    frame(1, [{ step: 1, path: beta, value: 2 }]);
    const run = useRuns.getState().runs[0];
    expect(run?.rows.map((row) => row.step)).toEqual([0, 1]);
    expect(run?.edits).toHaveLength(1);
  });

  const lost = { kind: 'worker-lost', message: 'The training worker did not answer for 20 s' } as const;

  it('goes on from the last copy when the worker was replaced, and tells so', () => {
    const { sent, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 13, copyStep: 10 });
    sent.length = 0;
    training.workerRestarted(lost);
    const run = useRuns.getState().runs.at(-1);
    expect(sent.map((command) => command.type)).toEqual(['load', 'start']);
    expect(sent[0]).toMatchObject({ runId: run?.id, resumeFrom: run?.id });
    expect(useRuns.getState().notice).toContain('goes on from step 10');
  });

  it('leaves a paused run paused when the worker was replaced, and loads it when it is resumed', () => {
    const { sent, training, say } = stage();
    training.train();
    say({ phase: 'paused', step: 13, copyStep: 13 });
    sent.length = 0;
    training.workerRestarted(lost);
    expect(sent).toEqual([]);
    training.train();
    expect(sent.map((command) => command.type)).toEqual(['load', 'start']);
  });

  it('stops for good when there is no worker any more', () => {
    const { training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    training.workerGone(lost);
    expect(useRuns.getState().unavailable).toEqual(lost);
    expect(useRuns.getState().runs.at(-1)?.status).toMatchObject({ phase: 'stopped', error: lost });
  });

  it.each([
    [10, 'the copy', true],
    [0, 'its start', false],
  ])('goes back after a stop to step %i, which is %s', (copyStep, _words, fromCopy) => {
    const { sent, experiments, training, say } = stage();
    training.train();
    say({ phase: 'stopped', step: 12, copyStep, error: { kind: 'not-finite', message: 'not finite' } });
    training.goBack();
    const run = useRuns.getState().runs.at(-1);
    expect(run?.status).toMatchObject({ phase: 'paused', step: copyStep, error: null });
    sent.length = 0;
    experiments.getState().set('optimizer.learningRate', 1e-5);
    training.train();
    expect(sent.find((command) => command.type === 'load')).toMatchObject({ resumeFrom: fromCopy ? run?.id : null });
    expect(sent).toContainEqual({ type: 'edit', path: 'optimizer.learningRate', value: 1e-5 });
    expect(sent.at(-1)).toEqual({ type: 'start' });
  });
});
