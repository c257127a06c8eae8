import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply, WorkerClient } from '../../worker/client';
import type { Command, StatusFrame } from '../../worker/protocol';
import { catalogue } from '../experiment/catalogue';
import { createExperimentStore } from '../experiment/experiment';
import { forkPoints } from './newRun';
import { useRuns } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import { createTraining } from './training';

const start = quickPreset();

function quickPreset() {
  const found = catalogue.presets.find((preset) => preset.id === 'quick-nsr');
  if (!found) throw new Error('no quick preset');
  return found.experiment;
}

const beta = 'objective.negativeWeight';

function stage(seeds = 1) {
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
  const training = createTraining({ client: () => client, experiments, seeds: () => seeds, wallClock: () => 1 });
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
  beforeEach(() => useRuns.setState({ runs: [], activeId: null, deleted: null, plan: null, unavailable: null }));

  it('deleting the run under way ends its training; undone, it is paused', () => {
    const { sent, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 3 });
    useRuns.getState().remove([useRuns.getState().activeId ?? '']);
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
    const runId = useRuns.getState().activeId;
    expect(sent.filter((command) => command.type === 'edit')).toEqual([
      { type: 'edit', runId, path: beta, value: 2 },
      { type: 'edit', runId, path: beta, value: 1 },
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

  const methods = (names: readonly string[]) =>
    names.map((name) => ({ name, preset: 'quick-nsr', experiment: { ...start, seed: 7 } }));
  const names = (): string[] => useRuns.getState().runs.map((run) => `${run.name} ${run.experiment.seed}`);

  it('trains several experiments in turn, seed by seed', () => {
    const { sent, training, say } = stage();
    training.compare(methods(['a', 'b']), 2, false);
    for (let run = 0; run < 4; run++) say({ phase: 'finished', step: 60 });
    expect(names()).toEqual(['a 7', 'b 7', 'a 8', 'b 8']);
    expect(sent.filter((command) => command.type === 'start')).toHaveLength(4);
    expect(sent.some((command) => command.type === 'load' && command.beside)).toBe(false);
  });

  it('lets the methods of one seed take turns', () => {
    const { sent, training } = stage();
    training.compare(methods(['a', 'b', 'c']), 2, true);
    expect(names()).toEqual(['a 7', 'b 7', 'c 7']);
    // The panel and its edits belong to the first one.
    expect(useRuns.getState().activeId).toBe(useRuns.getState().runs[0]?.id);
    const loads = sent.filter((command) => command.type === 'load');
    expect(loads.map((load) => load.beside)).toEqual([false, true, true]);
    const finish = (index: number): void => {
      const run = useRuns.getState().runs[index];
      if (run) training.receive({ type: 'status', runId: run.id, status: { ...idleStatus(60), phase: 'finished' } });
    };
    finish(0);
    finish(1);
    expect(useRuns.getState().runs).toHaveLength(3);
    expect(useRuns.getState().activeId).toBe(useRuns.getState().runs[2]?.id);
    finish(2);
    expect(names().slice(3)).toEqual(['a 8', 'b 8', 'c 8']);
  });

  it('trains an experiment with as many seeds as asked, and ends where the panel began', () => {
    const { experiments, training, say } = stage(3);
    const before = experiments.getState().experiment;
    training.train();
    expect(useRuns.getState().plan).toEqual({ before: 0, together: 1, total: 3 });
    for (let run = 0; run < 3; run++) say({ phase: 'finished', step: 60 });
    const { runs, activeId, plan } = useRuns.getState();
    expect(runs.map((run) => run.experiment.seed)).toEqual([0, 1, 2]);
    expect(new Set(runs.map((run) => run.seriesId)).size).toBe(1);
    expect(new Set(runs.map((run) => run.slot)).size).toBe(1);
    expect(activeId).toBe(runs[0]?.id);
    expect(plan).toBeNull();
    expect(experiments.getState().experiment).toEqual(before);
    expect(experiments.temporal.getState().pastStates).toHaveLength(0);
  });

  it('lets later seeds replay what was changed while the first one trained', () => {
    const { sent, training, say, frame } = stage(2);
    training.train();
    frame(4, [{ step: 4, path: beta, value: 2 }]);
    say({ phase: 'finished', step: 60 });
    const load = sent.findLast((command) => command.type === 'load');
    expect(load?.experiment).toMatchObject({ seed: 1, edits: [{ step: 4, path: beta, value: 2 }] });
  });

  it('keeps what waits over a pause, and forgets it on restart', () => {
    const { training, say } = stage(3);
    training.train();
    say({ phase: 'rollout', step: 2 });
    training.pause();
    say({ phase: 'paused', step: 3 });
    training.train();
    say({ phase: 'finished', step: 60 });
    expect(useRuns.getState().runs).toHaveLength(2);
    training.restart();
    expect(useRuns.getState().plan).toBeNull();
    say({ phase: 'finished', step: 60 });
    expect(useRuns.getState().runs.filter((run) => run.status.phase === 'loading')).toHaveLength(0);
  });

  it('forks from half way: measured up to there, later edits left out, the copy of that moment asked for', () => {
    const { sent, experiments, training, say, frame } = stage();
    training.train();
    for (let step = 0; step < 60; step++) frame(step, step === 40 ? [{ step, path: beta, value: 2 }] : []);
    say({ phase: 'finished', step: 60 });
    const [source] = useRuns.getState().runs;
    if (!source) throw new Error('no run');
    expect(forkPoints({ ...source, status: { ...source.status, step: 60 } })).toEqual([{ at: 'half', step: 30 }]);
    training.fork(source, { at: 'half', step: 30 });
    const fork = useRuns.getState().runs.at(-1);
    expect(fork?.rows).toHaveLength(30);
    expect(fork?.edits).toEqual([]);
    expect(fork?.status).toMatchObject({ phase: 'paused', step: 30 });
    experiments.getState().set(beta, 3);
    training.train();
    const last = sent.slice(-3);
    expect(last).toMatchObject([
      { type: 'load', runId: fork?.id, resumeFrom: `${source.id}@half` },
      { type: 'edit', runId: fork?.id, path: beta, value: 3 },
      { type: 'start' },
    ]);
  });

  it('ends a run that is deleted while it trains, and undo puts it back where it stood', () => {
    const { sent, training, say, frame } = stage();
    training.compare(methods(['a', 'b', 'c']), 1, false);
    say({ phase: 'finished', step: 60 });
    say({ phase: 'rollout', step: 1 });
    frame(0);
    const second = useRuns.getState().runs[1];
    useRuns.getState().remove([second?.id ?? '']);
    expect(sent.at(-1)).toEqual({ type: 'dispose' });
    expect(names()).toEqual(['a 7']);
    training.compare(methods(['d']), 1, false);
    useRuns.getState().undoRemove();
    expect(names()).toEqual(['a 7', 'b 7', 'd 7']);
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

  it('sets all runs that took turns going again when the worker was replaced', () => {
    const { sent, training } = stage();
    training.compare(methods(['a', 'b']), 1, true);
    for (const run of useRuns.getState().runs)
      training.receive({
        type: 'status',
        runId: run.id,
        status: { ...idleStatus(60), phase: 'rollout', step: 12, copyStep: 10 },
      });
    sent.length = 0;
    training.workerRestarted(lost);
    const [a, b] = useRuns.getState().runs;
    expect(sent).toMatchObject([
      { type: 'load', runId: a?.id, resumeFrom: a?.id, beside: false },
      { type: 'load', runId: b?.id, resumeFrom: b?.id, beside: true },
      { type: 'start' },
    ]);
    expect([a, b].map((run) => run?.status.step)).toEqual([10, 10]);
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

  it('replays what was recorded at its own step when the worker was replaced, and makes again what had not acted', () => {
    const { sent, experiments, training, say, frame } = stage();
    training.train();
    for (let step = 0; step < 13; step++) frame(step, step === 11 ? [{ step, path: beta, value: 2 }] : []);
    say({ phase: 'rollout', step: 13, copyStep: 10 });
    experiments.getState().set('optimizer.learningRate', 1e-5);
    sent.length = 0;
    training.workerRestarted(lost);
    const runId = useRuns.getState().activeId;
    expect(sent).toMatchObject([
      { type: 'load', runId, experiment: { edits: [{ step: 11, path: beta, value: 2 }] } },
      { type: 'edit', runId, path: 'optimizer.learningRate', value: 1e-5 },
      { type: 'start' },
    ]);
  });

  it('lets a run wait whose worker is lost after Pause was pressed', () => {
    const { sent, training, say } = stage();
    training.train();
    say({ phase: 'rollout', step: 13, copyStep: 10 });
    training.pause();
    sent.length = 0;
    training.workerRestarted(lost);
    expect(sent).toEqual([]);
    expect(useRuns.getState().runs.at(-1)?.status).toMatchObject({ phase: 'paused', step: 10 });
    expect(useRuns.getState().notice).toContain('waits at step 10');
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
    expect(sent).toContainEqual({ type: 'edit', runId: run?.id, path: 'optimizer.learningRate', value: 1e-5 });
    expect(sent.at(-1)).toEqual({ type: 'start' });
  });
});
