/** What a run's phase means for the transport. */
import type { Phase } from '../../worker/protocol';

const busyPhases: readonly Phase[] = ['loading', 'tuning', 'compiling', 'evaluating', 'rollout', 'updating'];

export const isBusy = (phase: Phase): boolean => busyPhases.includes(phase);
/** Has begun and can go on. */
export const isUnderWay = (phase: Phase): boolean => isBusy(phase) || phase === 'paused';
