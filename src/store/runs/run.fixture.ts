import { defaultExperiment } from '../../experiment/parseExperiment';
import { idleStatus } from '../../worker/protocol';
import type { Run } from './runs';

/** A run of this page that has not begun, alone in its series. */
export const idleRun = (id: string, changes: Partial<Run> = {}): Run => ({
  id,
  seriesId: id,
  name: id,
  slot: 0,
  visible: true,
  origin: 'trained',
  experiment: defaultExperiment,
  edits: [],
  rows: [],
  evaluations: [],
  forces: [],
  status: idleStatus(10),
  note: '',
  forkedFrom: null,
  adapter: '',
  startedAt: 0,
  promised: null,
  ...changes,
});
