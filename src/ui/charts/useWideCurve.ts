/** The curve that is drawn above the charts: the one that was asked for, where it plays a part and there is room. */
import { useStore } from 'zustand';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import { foldedCurves, signedCurves } from '../curves/curveFields';
import type { ScheduleField } from '../curves/ScheduleEditor';
import { useMedia } from '../shell/useMedia';

export function useWideCurve(): ScheduleField | null {
  const { catalogue, experiments } = useApp();
  const path = useSession((state) => state.wideCurve);
  const algorithm = useStore(experiments, (state) => state.experiment.objective.algorithm);
  const phone = useMedia('(max-width: 719px)');
  if (path === null || phone) return null;
  const usesSigned = catalogue.algorithms.find(({ id }) => id === algorithm)?.uses.includes('negativeWeight') === true;
  const offered = usesSigned ? [...signedCurves, ...foldedCurves] : foldedCurves;
  return offered.find((field) => field.path === path) ?? null;
}
