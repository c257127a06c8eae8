import type { ShippedModel } from './catalogue';

/** Base models in public/models, made by `nsr sft` on the train split of their task. */
export const shippedModels: readonly ShippedModel[] = [
  {
    id: 'countdown4-strong',
    label: 'Countdown 4, stronger base',
    task: { name: 'countdown', params: { numbers: 4 } },
  },
  {
    id: 'countdown4-weak',
    label: 'Countdown 4, weaker base',
    task: { name: 'countdown', params: { numbers: 4 } },
  },
  { id: 'countdown3', label: 'Countdown 3', task: { name: 'countdown', params: { numbers: 3 } } },
  {
    id: 'countdown3-tiny',
    label: 'Countdown 3, tiny (d = 32)',
    task: { name: 'countdown', params: { numbers: 3 } },
  },
  {
    id: 'countdown3-tiny-weak',
    label: 'Countdown 3, tiny, weaker',
    task: { name: 'countdown', params: { numbers: 3 } },
  },
  { id: 'addition', label: 'Two-digit addition', task: { name: 'addition', params: {} } },
];
