/** The experiment on the panel: the one object that is shared by link and undone by Ctrl+Z. During a run it shows the values now in force. */
import { temporal } from 'zundo';
import { create, useStore } from 'zustand';
import { sameValue } from '../../experiment/diff';
import { getField, withField } from '../../experiment/paths';
import type { Experiment } from '../../experiment/types';

interface ExperimentState {
  readonly experiment: Experiment;
  /** Name of the preset that the panel and the link are compared with. */
  readonly preset: string;
  set(path: string, value: unknown): void;
  replace(experiment: Experiment, preset: string): void;
}

/** Undo steps kept; an experiment is a few kB and shares what did not change. */
const HISTORY = 200;

export type ExperimentStore = ReturnType<typeof createExperimentStore>;

export function createExperimentStore(initial: Experiment, preset: string) {
  return create<ExperimentState>()(
    temporal(
      (set) => ({
        experiment: initial,
        preset,
        set: (path, value) =>
          set((state) =>
            sameValue(getField(state.experiment, path), value)
              ? state
              : { experiment: withField(state.experiment, path, value) },
          ),
        replace: (experiment, name) => set({ experiment, preset: name }),
      }),
      {
        limit: HISTORY,
        partialize: ({ experiment, preset: name }) => ({ experiment, preset: name }),
        equality: (past, current) => past.experiment === current.experiment && past.preset === current.preset,
      },
    ),
  );
}

/** Changes values without an undo step: edits that the trainer replays, and a draft that follows a run. */
export function withoutHistory(store: ExperimentStore, change: () => void): void {
  const history = store.temporal.getState();
  history.pause();
  change();
  history.resume();
}

export function useHistory(store: ExperimentStore): {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
} {
  const canUndo = useStore(store.temporal, (state) => state.pastStates.length > 0);
  const canRedo = useStore(store.temporal, (state) => state.futureStates.length > 0);
  return {
    canUndo,
    canRedo,
    undo: () => store.temporal.getState().undo(),
    redo: () => store.temporal.getState().redo(),
  };
}
