/** Which token of which answer is looked at. */
import { create } from 'zustand';

export const inspectToken = create<{ readonly sample: number | null; readonly position: number }>()(() => ({
  sample: null,
  position: 0,
}));
