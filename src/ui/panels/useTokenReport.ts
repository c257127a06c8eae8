/** What one rollout step did at the chosen token: asked of the worker, or read from the recorded run under the playhead. */
import { useEffect, useState } from 'react';
import { recordedToken } from '../../store/run/replay';
import { snapshotAt, useReplay } from '../../store/run/replayState';
import { useRuns } from '../../store/runs/runs';
import type { Sample } from '../../records/samples';
import type { TokenReport } from '../../records/tokenReport';
import { useApp } from '../appContext';
import { inspectToken } from './tokenChoice';

interface LookedAt {
  /** The answer that the token stands in; null while none is chosen. */
  readonly sample: Sample | null;
  readonly position: number;
  readonly report: TokenReport | null;
  readonly problem: string;
}

/** A token that the recording has, when the one that is chosen is none of its. */
function recordedChoice(chosen: number | null, position: number): readonly [number | null, number] {
  const { recorded, position: playhead } = useReplay.getState();
  const tokens = (recorded && snapshotAt(recorded, playhead)?.tokens) ?? [];
  if (tokens.some((token) => token.sample === chosen && token.position === position)) return [chosen, position];
  const first = tokens.find((token) => token.sample === chosen) ?? tokens[0];
  return first ? [first.sample, first.position] : [chosen, position];
}

export function useTokenReport(): LookedAt {
  const { training } = useApp();
  const choice = inspectToken();
  const replaying = useReplay((state) => state.recorded !== null);
  const samples = useRuns((state) => state.samples);
  const runId = useRuns((state) => state.activeId);
  const step = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status.step ?? 0);
  const [index, position] = replaying
    ? recordedChoice(choice.sample, choice.position)
    : ([choice.sample, choice.position] as const);
  const sample = samples.find((candidate) => candidate.index === index) ?? null;
  const known = sample !== null;
  const [answer, setAnswer] = useState<{ readonly report: TokenReport | null; readonly problem: string }>({
    report: null,
    problem: '',
  });

  useEffect(() => {
    if (replaying || index === null || runId === null || !known) return;
    let current = true;
    void training.ask<TokenReport | null>({ type: 'inspect', runId, sample: index, position }).then((reply) => {
      if (!current) return;
      setAnswer((last) =>
        reply.ok ? { report: reply.value, problem: '' } : { report: last.report, problem: reply.error.message },
      );
    });
    return () => {
      current = false;
    };
  }, [training, runId, index, position, step, known, replaying]);

  if (replaying)
    return { sample, position, report: index === null ? null : recordedToken(index, position), problem: '' };
  return { sample, position, ...answer };
}
