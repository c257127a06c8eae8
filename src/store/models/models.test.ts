import { beforeEach, describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/parseExperiment';
import type { HubClient } from '../../worker/hubClient';
import type { CachedModel, HubCommand, HubReply, ImportPlan } from '../../worker/hubProtocol';
import { idleStatus } from '../../worker/protocol';
import { useRuns, type Run } from '../runs/runs';
import { createModels, receiveHub, useModels } from './models';

const id = `Test/Tiny@${'0'.repeat(40)}`;
const cached: CachedModel = { id, folder: 'x', state: 'whole', bytes: 5, totalBytes: 5, at: null };
const plan: ImportPlan = {
  id,
  name: 'Test/Tiny',
  bytes: 5,
  files: 1,
  parameters: 1,
  contextTokens: 8,
  cached: false,
  memory: null,
  roomBytes: null,
};

/** A worker that answers at once; `answers`: in place of what it would say. */
function worker(answers: Partial<Record<HubCommand['type'], HubReply>> = {}) {
  const asked: HubCommand[] = [];
  const usual: Partial<Record<HubCommand['type'], unknown>> = { list: [cached], plan, import: id };
  const client: HubClient = {
    send: async (command) => {
      asked.push(command);
      return answers[command.type] ?? { ok: true, value: usual[command.type] ?? null };
    },
  };
  return { asked, models: createModels(client) };
}

beforeEach(() => {
  useModels.setState(useModels.getInitialState());
  useRuns.setState({ runs: [] });
});

describe('the import of a model', () => {
  it('is planned for an adapter where the panel trains all weights, and only then started', async () => {
    const { asked, models } = worker();
    await models.plan('Test/Tiny', 'main', defaultExperiment);
    expect(asked).toEqual([
      expect.objectContaining({ plan: expect.objectContaining({ memoryBytes: null }) as unknown, revision: 'main' }),
    ]);
    const [command] = asked;
    expect(command?.type === 'plan' && command.plan.settings.adapter.rank).toBe(16);
    expect(useModels.getState()).toMatchObject({ plan, phase: 'idle', problem: null });
    expect(await models.start()).toBe(id);
    expect(useModels.getState()).toMatchObject({ plan: null, finished: id, cached: [cached] });
  });

  it('says what went wrong, and nothing where it was stopped', async () => {
    const failed = worker({ import: { ok: false, message: 'broke off', stopped: false } });
    expect(await failed.models.start()).toBeNull();
    expect(useModels.getState().problem).toBe('broke off');
    const stopped = worker({ import: { ok: false, message: 'AbortError', stopped: true } });
    expect(await stopped.models.start()).toBeNull();
    expect(useModels.getState().problem).toBeNull();
  });

  it('shows a notice until bytes come again', () => {
    useModels.setState({ phase: 'importing' });
    receiveHub({ type: 'notice', words: 'once more in 2 s' });
    expect(useModels.getState().notice).toBe('once more in 2 s');
    receiveHub({ type: 'progress', done: 1, total: 5, bytesPerSecond: 1, secondsLeft: 4 });
    expect(useModels.getState()).toMatchObject({ notice: null, progress: { done: 1 } });
  });
});

describe('deleting a model', () => {
  const run = (phase: 'rollout' | 'finished') =>
    ({ experiment: { ...defaultExperiment, model: id }, status: { ...idleStatus(5), phase } }) as unknown as Run;

  it('is refused while a run trains it', async () => {
    const { asked, models } = worker();
    useRuns.setState({ runs: [run('rollout')] });
    await models.remove(cached);
    expect(asked).toEqual([]);
    expect(useModels.getState().problem).toContain('in use by a run');
  });

  it('is done once that has ended', async () => {
    const { asked, models } = worker();
    useRuns.setState({ runs: [run('finished')] });
    await models.remove(cached);
    expect(asked.map(({ type }) => type)).toEqual(['delete', 'list']);
  });
});
