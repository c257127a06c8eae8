/** The run in front over temperature, on demand: one question to the worker, answered between two steps. */
import { useMemo, useState } from 'react';
import type { RunCooling } from '../../records/cooling';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { runColor } from './chartModel';
import { coolingOverlays } from './coolingOverlays';
import type { ReferencePath } from './tradeOffOverlay';

interface Measured {
  readonly runId: string;
  readonly answer: RunCooling;
}

export interface RunCoolingControl {
  readonly overlays: readonly ReferencePath[];
  /** Null where there is no run to ask about. */
  readonly button: { readonly words: string; readonly pressed: boolean; readonly busy: boolean; press(): void } | null;
  /** Why there is nothing to draw; empty where there is. */
  readonly problem: string;
}

/** `slot`: of the run in front, whose colour the curve has. */
export function useRunCooling(k: number, slot: number): RunCoolingControl {
  const { training } = useApp();
  const run = useRuns((state) => state.runs.find(({ id }) => id === state.activeId) ?? null);
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const runId = run?.id ?? null;
  const answer = measured?.runId === runId ? (measured?.answer ?? null) : null;
  const current = answer?.ok === true && answer.step === run?.status.step;

  const overlays = useMemo(() => {
    if (!answer?.ok) return [];
    const of = `this run (rollout ${answer.step})`;
    return coolingOverlays(answer.curve, k, { id: 'run', of, color: runColor(slot), dash: '2 2' }).filter(
      ({ shape }) => shape === 'line',
    );
  }, [answer, k, slot]);

  const press = async (): Promise<void> => {
    if (runId === null) return;
    if (current) return setMeasured(null);
    setBusy(true);
    const reply = await training.ask<RunCooling | null>({ type: 'cool', runId });
    setBusy(false);
    if (!reply.ok) return setProblem(reply.error.message);
    setMeasured(reply.value && { runId, answer: reply.value });
    if (reply.value === null) setProblem('The run’s weights are not loaded: take a step first.');
    else setProblem(reply.value.ok ? '' : reply.value.reason);
  };
  const words = busy ? 'Cooling…' : answer?.ok && !current ? 'Cool it again' : 'Cool this run';
  const asked = run !== null && run.evaluations.length > 0;
  return {
    overlays,
    button: asked ? { words, pressed: current, busy, press: () => void press() } : null,
    problem,
  };
}
