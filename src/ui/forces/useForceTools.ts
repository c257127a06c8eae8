/** What the curves show of forces: loaded when the first ones are there, so that the curves themselves come without. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../appContext';
import type * as curveForces from './curveForces';
import { useForces, type ForcesNow } from './useForces';
import type { Experiment } from '../../experiment/types';

interface ForceTools {
  readonly tools: typeof curveForces;
  readonly forces: ForcesNow;
  /** On the panel. */
  readonly experiment: Experiment;
}

/** Null until something was measured and the code is there; for ever where it cannot be loaded. */
export function useForceTools(): ForceTools | null {
  const forces = useForces();
  const wanted = forces !== null;
  const experiment = useStore(useApp().experiments, (state) => (wanted ? state.experiment : null));
  const [tools, setTools] = useState<typeof curveForces | null>(null);
  useEffect(() => {
    if (wanted) void import('./curveForces').then(setTools, () => undefined);
  }, [wanted]);
  return tools && forces && experiment ? { tools, forces, experiment } : null;
}
