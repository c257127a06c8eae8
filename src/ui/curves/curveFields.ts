/** The curves of an experiment over its rollouts. Range and words come from the experiment's schema. */
import { findField } from '../../experiment/fields';
import type { ScheduleField } from './ScheduleEditor';

/** In force with algorithms of the signed family alone. */
export const signedCurves: readonly ScheduleField[] = [
  {
    path: 'objective.negativeWeight',
    title: 'Penalty of mistakes',
    symbol: 'β',
    noun: 'penalty',
    tone: 'negative',
    leastTop: 2,
    step: 0.05,
    logY: false,
  },
  {
    path: 'objective.positiveWeight',
    title: 'Reward if right',
    symbol: 'λ',
    noun: 'reward',
    tone: 'positive',
    leastTop: 1,
    step: 0.05,
    logY: false,
  },
].map(withSpec);
/** Shown when asked for. */
export const foldedCurves: readonly ScheduleField[] = [
  {
    path: 'optimizer.learningRate',
    title: 'Learning rate',
    symbol: 'η',
    noun: 'learning rate',
    tone: 'neutral',
    leastTop: 2e-4,
    step: 1e-5,
    logY: false,
  },
  {
    path: 'sampling.temperature',
    title: 'Temperature',
    symbol: 'T',
    noun: 'temperature',
    tone: 'neutral',
    leastTop: 1.5,
    step: 0.05,
    logY: false,
  },
].map(withSpec);

type Drawn = Omit<ScheduleField, 'help' | 'min' | 'max' | 'tone'> & { readonly tone: string };

function withSpec(field: Drawn): ScheduleField {
  const spec = findField(field.path);
  const range = spec && 'min' in spec ? { min: spec.min, max: spec.max } : { min: 0, max: 10 };
  return { ...field, tone: field.tone as ScheduleField['tone'], help: spec?.help ?? '', ...range };
}
