import { describe, expect, it } from 'vitest';
import { forcesAt, mostForceRows, withForces } from './forceRows';
import { forceRow } from './forces.fixture';

const stepsOf = (rows: readonly { readonly step: number }[]): number[] => rows.map(({ step }) => step);

describe('force rows of a run', () => {
  it('stand in the order of their steps, and a run that went back leaves no later ones', () => {
    const rows = withForces([], [forceRow({ step: 0 }), forceRow({ step: 5 }), forceRow({ step: 10 })]);
    const again = withForces(rows, [forceRow({ step: 5, accuracy: 0.75 })]);
    expect(stepsOf(again)).toEqual([0, 5]);
    expect(again[1]?.accuracy).toBe(0.75);
  });

  it('stay few and spread over the run, however long it is', () => {
    let rows: ReturnType<typeof withForces> = [];
    for (let step = 0; step < 5000; step++) rows = withForces(rows, [forceRow({ step })]);
    expect(rows.length).toBeLessThanOrEqual(mostForceRows);
    expect(rows.length).toBeGreaterThan(mostForceRows / 3);
    expect(rows.at(-1)?.step).toBe(4999);
    expect(rows[0]?.step).toBeLessThan(1000);
    expect(stepsOf(rows)).toEqual(stepsOf(rows).toSorted((a, b) => a - b));
  });

  it('the one in force at a step is the newest that is not later', () => {
    const rows = [forceRow({ step: 0 }), forceRow({ step: 16 })];
    expect(forcesAt(rows, 15)?.step).toBe(0);
    expect(forcesAt(rows, 16)?.step).toBe(16);
    expect(forcesAt([], 16)).toBeNull();
  });
});
