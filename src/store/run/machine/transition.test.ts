import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../experiment/edits';
import { sameValue } from '../../../experiment/diff';
import { getField } from '../../../experiment/paths';
import { STEERED, type Mishap } from '../../../worker/main/run/simulation.fixture';
import { catalogue } from '../../experiment/catalogue';
import type { Run } from '../../runs/runs';
import { isBusy } from '../phases';
import { simulatePage, type SimulatedPage } from './simulation.fixture';
import { front } from './state';

const [preset] = catalogue.presets;
if (!preset) throw new Error('no preset');
const experiment = { ...preset.experiment, steps: 14 };
const planned = { ...experiment, edits: [{ step: 6, path: STEERED, value: 7 }] };

const go = (page: SimulatedPage, command: 'start' | 'step' = 'start', seeds = 1): void =>
  page.dispatch({ type: 'go', command, seeds, at: page.now() });

const happening = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('to-worker', 'to-page') },
  {
    weight: 10,
    arbitrary: fc.record({
      work: fc.nat(4),
      mishap: fc.oneof(
        { weight: 15, arbitrary: fc.constant<Mishap>('none') },
        { weight: 1, arbitrary: fc.constantFrom<Mishap>('device-lost', 'model', 'not-finite') },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.constantFrom('train', 'step', 'pause', 'wait') },
  { weight: 2, arbitrary: fc.record({ steer: fc.integer({ min: 2, max: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom(
        'restart',
        'go-back',
        'undo-delete',
        'kill',
        'reload',
        'wait long',
        'three seeds',
        'lock stolen',
        'lock back',
      ),
      fc.record({ remove: fc.nat(4) }),
      fc.record({ adopt: fc.nat(4) }),
      fc.record({ fork: fc.nat(4) }),
      fc.record({ seed: fc.nat(9) }),
      fc.record({
        compare: fc.integer({ min: 1, max: 3 }),
        seeds: fc.integer({ min: 1, max: 2 }),
        inTurns: fc.boolean(),
      }),
    ),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function happen(page: SimulatedPage, each: Happening): void {
  if (typeof each === 'object') {
    if ('work' in each) return page.work(each.work, each.mishap);
    if ('steer' in each) return page.setField(STEERED, each.steer);
    if ('remove' in each) return page.remove(each.remove);
    if ('adopt' in each) return page.adopt(each.adopt);
    if ('fork' in each) return page.fork(each.fork);
    if ('seed' in each) return page.setField('seed', each.seed);
    const { compare, seeds, inTurns: interleaved } = each;
    const names = ['a', 'b', 'c'].slice(0, compare);
    const methods = names.map((name) => ({ name, preset: 'test', experiment: planned }));
    return page.dispatch({ type: 'compare', methods, seeds, interleaved, at: page.now() });
  }
  switch (each) {
    case 'to-worker':
      return page.deliverToWorker();
    case 'to-page':
      return page.deliverToPage();
    case 'train':
      return go(page);
    case 'step':
      return go(page, 'step');
    case 'three seeds':
      return go(page, 'start', 3);
    case 'pause':
    case 'restart':
    case 'go-back':
      return page.dispatch({ type: each });
    case 'undo-delete':
      return page.undoRemove();
    case 'kill':
      return page.kill();
    case 'reload':
      return page.reload();
    case 'lock stolen':
      return page.dispatch({ type: 'lock-lost', error: { kind: 'other-tab', message: 'another tab' } });
    case 'lock back':
      return page.dispatch({ type: 'lock-held' });
    case 'wait':
      return page.wait(600);
    case 'wait long':
      return page.wait(130_000);
    default:
      throw new Error(each);
  }
}

/** What a person does who wants a finished run, whatever stands on the page. */
function finishOne(page: SimulatedPage): Run {
  for (let clicks = 0; clicks < 30; clicks++) {
    page.drain();
    const run = front(page.state());
    if (run?.status.phase === 'finished' && !page.state().page.runs.some(({ status }) => isBusy(status.phase)))
      return run;
    page.wait(130_000);
    if (page.state().page.unavailable) page.reload();
    else if (run?.status.error) page.dispatch({ type: 'go-back' });
    go(page);
  }
  throw new Error(`no way on from ${JSON.stringify(front(page.state())?.status)}`);
}

/** Rows of all steps, each made with what the recorded edits say. */
function expectWhole(run: Run): void {
  expect(run.rows.map(({ step }) => step)).toEqual(Array.from({ length: run.experiment.steps }, (_, step) => step));
  const steered = { ...run.experiment, edits: run.edits };
  for (const row of run.rows)
    expect([run.id, row.step, row['negativeWeight']]).toEqual([
      run.id,
      row.step,
      getField(applyEdits(steered, row.step), STEERED),
    ]);
}

describe('any order of clicks, gestures, messages, losses and reloads', () => {
  it('one heat trains at a time, nothing recorded is lost, no edit is lost or made twice, and there is always a way on', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 150, size: 'max' }), (happenings) => {
        const page = simulatePage(experiment);
        for (const each of happenings) {
          happen(page, each);
          expect(page.violations).toEqual([]);
        }
        const last = finishOne(page);
        expect(page.violations).toEqual([]);
        expectWhole(last);
        const { page: shown, panel, gestures } = page.state();
        for (const run of shown.runs) {
          if (run.status.phase !== 'finished') continue;
          expectWhole(run);
          const byHand = run.edits.filter((edit) => !run.experiment.edits.some((other) => sameValue(other, edit)));
          // A fork brings what was done by hand to its source.
          if (!run.name.includes('fork')) expect(byHand.length).toBeLessThanOrEqual(page.gestures(run.id));
        }
        // The panel shows what was trained, but for a gesture that came after the last step had begun.
        const late = page
          .worker()
          .edits(last.id)
          ?.some(({ step }) => step >= last.experiment.steps);
        if (late) return;
        const inForce = applyEdits({ ...last.experiment, edits: last.edits }, Infinity);
        expect(gestures).toEqual([]);
        expect(getField(panel.experiment, STEERED)).toEqual(getField(inForce, STEERED));
      }),
      { numRuns: 400, seed: 9 },
    );
  });
});
