/** What every part of the page may reach: the catalogue, the experiment on the panel, and the training it drives. Filled once, in main.tsx. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Experiment } from '../experiment/types';
import { invariant } from '../lib/invariant';
import type { PageCatalogue } from '../experiment/catalogue';
import type { ExperimentStore } from '../store/experiment/experiment';
import type { Models } from '../store/models/models';
import type { Training } from '../store/run/training';

export interface AppServices {
  readonly catalogue: PageCatalogue;
  readonly experiments: ExperimentStore;
  readonly training: Training;
  readonly models: Models;
}

export const AppContext = createContext<AppServices | null>(null);

export function useApp(): AppServices {
  const services = useContext(AppContext);
  invariant(services !== null, 'AppContext is provided by main.tsx');
  return services;
}

/** One part of the experiment on the panel; renders only when that part changes. */
export function useExperiment<Part>(select: (experiment: Experiment) => Part): Part {
  return useStore(useApp().experiments, (state) => select(state.experiment));
}
