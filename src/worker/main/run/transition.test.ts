import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../../experiment/parseExperiment';
import type { Event } from '../../protocol';
import { simulateWorker, STEERED, type Copy, type Mishap } from './simulation.fixture';

const steps = 14;
const experiment = { ...defaultExperiment, steps };

function open() {
  const events: Event[] = [];
  let now = 0;
  const worker = simulateWorker(
    new Map<string, Copy>(),
    (event) => events.push(event),
    () => now,
  );
  let request = 0;
  const receive = (command: Parameters<typeof worker.receive>[1]): number => {
    worker.receive(++request, command);
    return request;
  };
  const load = (runId: string, beside = false, resumeFrom: string | null = null): number =>
    receive({ type: 'load', runId, experiment, resumeFrom, beside });
  const drain = (): void => {
    for (let left = 500; worker.works().length > 0 && left > 0; left--) worker.advance(0, 'none');
  };
  const phases = (runId: string): string[] =>
    events.flatMap((event) => (event.type === 'status' && event.runId === runId ? [event.status.phase] : []));
  const answered = (id: number): boolean => events.some((event) => event.type === 'reply' && event.id === id);
  const notices = (): string[] => events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  return {
    worker,
    events,
    receive,
    load,
    drain,
    phases,
    answered,
    notices,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('a run in the worker', () => {
  it('opens its engine on the first start, trains to the end and keeps a copy before it says so', () => {
    const { load, receive, drain, phases, worker } = open();
    load('a');
    expect(worker.works()).toEqual([]);
    receive({ type: 'start' });
    expect(worker.works()).toEqual([{ type: 'open', runId: 'a' }]);
    drain();
    expect(phases('a').at(-1)).toBe('finished');
    expect(worker.state().runs[0]).toMatchObject({ activity: { kind: 'ended' }, copyStep: steps });
  });

  it('pauses after one step, and when it is told to', () => {
    const { load, receive, drain, phases, worker } = open();
    load('a');
    receive({ type: 'step' });
    drain();
    expect([phases('a').at(-1), worker.state().runs[0]?.copyStep]).toEqual(['paused', 1]);
    receive({ type: 'start' });
    worker.advance(0, 'none');
    receive({ type: 'pause' });
    drain();
    expect([phases('a').at(-1), worker.state().runs[0]?.copyStep]).toEqual(['paused', 2]);
  });

  it('replaces a lost device once in two minutes, and goes on from the last copy', () => {
    const { load, receive, worker, phases, notices, wait, drain } = open();
    load('a');
    receive({ type: 'start' });
    for (let work = 0; work < 12; work++) worker.advance(0, 'none');
    worker.advance(0, 'device-lost');
    expect(notices()).toEqual(['The graphics device was lost. The run goes on from step 10.']);
    wait(121_000);
    worker.advance(0, 'none');
    worker.advance(0, 'device-lost');
    expect(notices()).toHaveLength(2);
    worker.advance(0, 'device-lost');
    expect(phases('a').at(-1)).toBe('stopped');
    drain();
    expect(worker.state().runs[0]?.activity.kind).toBe('ended');
  });

  it('records an edit at its next step, or, made before there was an engine, at the first', () => {
    const { load, receive, worker, events } = open();
    load('a');
    receive({ type: 'edit', runId: 'a', path: STEERED, value: 3 });
    receive({ type: 'start' });
    worker.advance(0, 'none');
    worker.advance(0, 'none');
    receive({ type: 'edit', runId: 'a', path: STEERED, value: 4 });
    worker.advance(0, 'none');
    const edits = events.flatMap((event) => (event.type === 'frame' ? event.edits : []));
    expect(edits).toEqual([
      { step: 0, path: STEERED, value: 3 },
      { step: 1, path: STEERED, value: 4 },
    ]);
  });

  it('answers a question between two steps, at once where it rests, and with nothing where it is gone', () => {
    const { load, receive, worker, answered } = open();
    load('a');
    receive({ type: 'start' });
    worker.advance(0, 'none');
    const question = { type: 'inspect', runId: 'a', sample: 0, position: 0 } as const;
    const [asked, unknown] = [receive(question), receive({ ...question, runId: 'b' })];
    expect([answered(asked), answered(unknown)]).toEqual([false, true]);
    worker.advance(0, 'none');
    expect(answered(asked)).toBe(true);
    const cooled = receive({ type: 'cool', runId: 'a' });
    const late = receive(question);
    receive({ type: 'dispose' });
    expect([answered(cooled), answered(late)]).toEqual([true, true]);
  });

  it('leaves the device to a new run only when it has ended its step', () => {
    const { load, receive, worker, drain, phases } = open();
    load('a');
    receive({ type: 'start' });
    worker.advance(0, 'none');
    load('b');
    receive({ type: 'start' });
    expect(worker.works()).toEqual([{ type: 'train', runId: 'a' }]);
    drain();
    expect(phases('b').at(-1)).toBe('finished');
    expect(phases('a')).not.toContain('paused');
  });

  it('takes turns with others, one rollout each; all keep a copy at a pause, and go on in order', () => {
    const { load, receive, worker, drain, events } = open();
    const rows = (): string[] => events.flatMap((event) => (event.type === 'frame' ? [event.runId] : []));
    for (const [index, id] of ['a', 'b', 'c'].entries()) load(id, index > 0);
    receive({ type: 'step' });
    drain();
    expect(rows()).toEqual(['a', 'b', 'c']);
    expect(worker.state().runs.map(({ copyStep }) => copyStep)).toEqual([1, 1, 1]);
    receive({ type: 'start' });
    worker.advance(0, 'none');
    receive({ type: 'pause' });
    drain();
    receive({ type: 'step' });
    drain();
    expect(rows().slice(3)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('hears a second click on Step while the copies of the first are still kept', () => {
    const { load, receive, worker, drain } = open();
    load('a');
    load('b', true);
    receive({ type: 'step' });
    while (worker.works()[0]?.type !== 'keep') worker.advance(0, 'none');
    receive({ type: 'step' });
    drain();
    expect(worker.state().runs.map(({ copyStep }) => copyStep)).toEqual([2, 2]);
  });
});

const ids = ['a', 'b', 'c'];
const command = fc.oneof(
  fc.record({ type: fc.constant('load'), run: fc.nat(2), beside: fc.boolean(), resume: fc.boolean() }),
  fc.record({ type: fc.constantFrom('start', 'step', 'pause', 'dispose') }),
  fc.record({ type: fc.constant('edit'), run: fc.nat(2), value: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ type: fc.constantFrom('inspect', 'cool', 'take-model'), run: fc.nat(2) }),
  fc.record({ type: fc.constant('measure'), run: fc.nat(2) }),
);
const work = fc.record({
  type: fc.constant('advance'),
  pick: fc.nat(4),
  mishap: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Mishap>('none') },
    { weight: 1, arbitrary: fc.constantFrom<Mishap>('device-lost', 'model', 'not-finite') },
  ),
  ms: fc.constantFrom(10, 10, 10, 40_000),
});
const happening = fc.oneof({ weight: 2, arbitrary: command }, { weight: 3, arbitrary: work });

describe('any order of commands, steps and losses', () => {
  it('computes one run at a time, answers every question once, loses no edit, and always has a way on', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 100, size: 'max' }), (happenings) => {
        const { worker, receive, load, drain, wait, answered, phases } = open();
        const requests: number[] = [];
        for (const each of happenings) {
          const runId = 'run' in each ? (ids[each.run] ?? 'a') : 'a';
          if (each.type === 'advance' && 'pick' in each) {
            wait(each.ms);
            worker.advance(each.pick, each.mishap);
          } else if (each.type === 'load' && 'beside' in each) {
            // The page never loads a run beside itself.
            if (!each.beside || !worker.state().runs.some((run) => run.runId === runId))
              requests.push(load(runId, each.beside, each.resume ? runId : null));
          } else if (each.type === 'edit' && 'value' in each) {
            const held = worker.state().runs.find((run) => run.runId === runId);
            requests.push(receive({ type: 'edit', runId, path: STEERED, value: each.value }));
            const after = worker.state().runs.find((run) => run.key === held?.key);
            if (after && !after.open) expect(after.edits.at(-1)).toEqual({ path: STEERED, value: each.value });
          } else if (each.type === 'inspect')
            requests.push(receive({ type: 'inspect', runId, sample: 0, position: 0 }));
          else if (each.type === 'cool') requests.push(receive({ type: 'cool', runId }));
          else if (each.type === 'take-model')
            requests.push(
              receive({ type: 'take-model', runId, wish: { form: 'merged', dtype: 'f32', packing: 'zip' } }),
            );
          else if (each.type === 'measure') requests.push(receive({ type: 'measure-forces', runId }));
          else requests.push(receive({ type: each.type }));
          expect(worker.violations).toEqual([]);
        }
        drain();
        expect(worker.violations).toEqual([]);
        expect(worker.state().leaving).toEqual([]);
        expect(requests.filter((id) => !answered(id))).toEqual([]);
        receive({ type: 'start' });
        drain();
        for (const { runId, activity, edits, open: hasEngine } of worker.state().runs) {
          expect([runId, activity.kind]).toEqual([runId, 'ended']);
          // What a stopped run did not come to is made again by the page.
          if (hasEngine) expect(edits).toEqual([]);
          expect(['finished', 'stopped']).toContain(phases(runId).at(-1));
        }
      }),
      { numRuns: 800, seed: 9 },
    );
  });
});
