/** Models that this browser keeps, and the import under way: what the panel shows and can ask for. The list as it was last seen is remembered, so that
 * the menu of models needs no worker. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Experiment } from '../../experiment/types';
import type { HubClient } from '../../worker/hubClient';
import type { CachedModel, GivenFile, HubEvent, ImportPlan, PlanFor } from '../../worker/hubProtocol';
import { isUnderWay } from '../run/phases';
import { readModelId } from '../../experiment/modelId';
import { useSession } from '../session';
import { useRuns } from '../runs/runs';

export type ImportPhase = 'idle' | 'planning' | 'importing';
export type ImportProgress = Omit<Extract<HubEvent, { type: 'progress' }>, 'type'>;

interface ModelsState {
  readonly cached: readonly CachedModel[];
  /** What stands in the field of the panel. */
  readonly repo: string;
  readonly revision: string;
  /** Bytes of graphics memory that a person says there are; null: nobody said. */
  readonly memoryBytes: number | null;
  readonly phase: ImportPhase;
  /** What could be imported now. */
  readonly plan: ImportPlan | null;
  readonly progress: ImportProgress | null;
  /** Said while it goes on: a wait, a file that starts over. */
  readonly notice: string | null;
  readonly problem: string | null;
  /** What has just been imported. */
  readonly finished: string | null;
}

const begin = { phase: 'idle', plan: null, progress: null, notice: null, problem: null, finished: null } as const;

export const useModels = create<ModelsState>()(
  persist((): ModelsState => ({ cached: [], repo: '', revision: 'main', memoryBytes: null, ...begin }), {
    name: 'nsr-models',
    version: 1,
    partialize: ({ cached, memoryBytes }) => ({ cached, memoryBytes }),
  }),
);

export function receiveHub(event: Exclude<HubEvent, { type: 'reply' }>): void {
  const { phase } = useModels.getState();
  if (phase === 'idle') return;
  if (event.type === 'notice') return void useModels.setState({ notice: event.words });
  const { type: _, ...progress } = event;
  useModels.setState(
    progress.done > (useModels.getState().progress?.done ?? 0) ? { progress, notice: null } : { progress },
  );
}

/** Brings the panel to the front, with this model in its field. */
export function openModels(model?: string): void {
  const id = model === undefined ? null : readModelId(model);
  if (id?.kind === 'hub') useModels.setState({ repo: id.repo, revision: id.commit ?? 'main' });
  useSession.getState().set({ drawerTab: 'models', drawerOpen: true, phoneTab: 'samples' });
}

/** An imported model is trained beside its weights unless somebody asks for more: all of them seldom fit, and a learning rate for tiny models would
 * spoil them. */
export const withAdapter = (experiment: Experiment): Experiment =>
  experiment.adapter.rank > 0 ? experiment : { ...experiment, adapter: { ...experiment.adapter, rank: 16 } };

export interface Models {
  refresh(): Promise<void>;
  plan(repo: string, revision: string, experiment: Experiment): Promise<void>;
  planFolder(name: string, files: readonly GivenFile[], experiment: Experiment): Promise<void>;
  /** What was planned; resolves to its id, or to null where it was stopped or failed. */
  start(): Promise<string | null>;
  cancel(): void;
  /** Refused, in words, while a run uses it. */
  remove(model: CachedModel): Promise<void>;
}

export function createModels(client: HubClient): Models {
  const set = useModels.setState;

  async function refresh(): Promise<void> {
    const reply = await client.send({ type: 'list' });
    if (reply.ok) set({ cached: reply.value as readonly CachedModel[] });
    else set({ problem: reply.message });
  }

  async function planned(reply: ReturnType<HubClient['send']>): Promise<void> {
    const { problem, plan } = await reply.then((answer) =>
      answer.ok
        ? { plan: answer.value as ImportPlan, problem: null }
        : { plan: null, problem: answer.stopped ? null : answer.message },
    );
    set({ ...begin, plan, problem });
  }

  const planFor = (experiment: Experiment): PlanFor => {
    const { adapter, task, batch, sampling, evaluation } = withAdapter(experiment);
    return { settings: { adapter, task, batch, sampling, evaluation }, memoryBytes: useModels.getState().memoryBytes };
  };

  const busy = (): boolean => useModels.getState().phase !== 'idle';

  return {
    refresh,
    async plan(repo, revision, experiment) {
      if (busy()) return;
      set({ ...begin, phase: 'planning', repo, revision });
      await planned(
        client.send({
          type: 'plan',
          repo,
          revision,
          plan: planFor(experiment),
        }),
      );
    },
    async planFolder(name, files, experiment) {
      if (busy()) return;
      set({ ...begin, phase: 'planning' });
      await planned(
        client.send({
          type: 'plan-folder',
          name,
          files,
          plan: planFor(experiment),
        }),
      );
    },
    async start() {
      if (busy()) return null;
      set({ phase: 'importing', progress: null, notice: null, problem: null });
      const reply = await client.send({ type: 'import' });
      const finished = reply.ok ? String(reply.value) : null;
      set({
        phase: 'idle',
        notice: null,
        progress: null,
        finished,
        problem: reply.ok || reply.stopped ? null : reply.message,
      });
      if (finished !== null) set({ plan: null });
      await refresh();
      return finished;
    },
    cancel: () => void client.send({ type: 'cancel' }),
    async remove(model) {
      const user = useRuns
        .getState()
        .runs.find((run) => run.experiment.model === model.id && isUnderWay(run.status.phase));
      if (user) return void set({ problem: `${model.id ?? model.folder} is in use by a run: end that first` });
      const reply = await client.send({ type: 'delete', folder: model.folder });
      set({ problem: reply.ok ? null : reply.message });
      await refresh();
    },
  };
}
