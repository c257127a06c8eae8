/** The update's anatomy at one token: the gradient in both forms, and where the probability goes that it moves. */
import { useEffect, useState } from 'react';
import { useReplay } from '../../store/run/replayState';
import { useRuns } from '../../store/runs/runs';
import type { Sample } from '../../records/samples';
import type { HandedOn } from '../../records/tokenReport';
import { useApp } from '../appContext';
import { gradientAnatomy } from './tokenAnatomy';

interface TokenAnatomyProps {
  readonly sample: Sample;
  readonly position: number;
}

const real = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');

export function TokenAnatomy({ sample, position }: TokenAnatomyProps): React.JSX.Element | null {
  const token = sample.tokens[position];
  if (!token) return null;
  const forms = gradientAnatomy(token);
  return (
    <section className="token-anatomy" aria-label="Anatomy of the update">
      <p>
        Advantage {real(token.advantage, 3)}, π {Math.exp(token.logp).toFixed(4)}.{' '}
        {forms.map(({ form, own }) => (
          <span key={form}>
            {form === 'log' ? 'Log form' : 'Probability form'}: own logit {real(own, 4)}, all others together{' '}
            {real(-own, 4)}.{' '}
          </span>
        ))}
      </p>
      {token.advantage !== 0 && (
        <HandedOnWords sample={sample.index} position={position} pushedDown={token.advantage < 0} />
      )}
    </section>
  );
}

type Answer = { readonly of: string; readonly handed: HandedOn | null; readonly problem: string };

/** Asked of the worker: it samples continuations. */
function HandedOnWords(props: {
  readonly sample: number;
  readonly position: number;
  readonly pushedDown: boolean;
}): React.JSX.Element {
  const { sample, position, pushedDown } = props;
  const { training } = useApp();
  const replaying = useReplay((state) => state.recorded !== null);
  const runId = useRuns((state) => state.activeId);
  const step = useRuns((state) => state.runs.find((run) => run.id === state.activeId)?.status.step ?? 0);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const question = `${runId} ${step} ${sample} ${position}`;
  useEffect(() => {
    if (replaying || runId === null) return;
    let current = true;
    void training.ask<HandedOn | null>({ type: 'hand-on', runId, sample, position }).then((reply) => {
      if (!current) return;
      setAnswer(
        reply.ok
          ? { of: question, handed: reply.value, problem: '' }
          : { of: question, handed: null, problem: reply.error.message },
      );
    });
    return () => {
      current = false;
    };
  }, [training, replaying, runId, sample, position, question]);

  if (replaying || runId === null) return <p className="muted">Where its probability goes is not in the recording.</p>;
  if (answer === null) return <p className="muted">Asking where its probability goes…</p>;
  if (answer.problem) return <p className="muted">{answer.problem}</p>;
  if (answer.handed === null)
    return (
      <p className="muted">Where its probability goes cannot be told: right answers of this task are not listed.</p>
    );
  return <Shares handed={answer.handed} pushedDown={pushedDown} stale={answer.of !== question} />;
}

function Shares(props: {
  readonly handed: HandedOn;
  readonly pushedDown: boolean;
  readonly stale: boolean;
}): React.JSX.Element {
  const { handed, pushedDown, stale } = props;
  const { right, sampledWrong, sampledMalformed } = handed;
  const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const parts = [
    { label: 'right answers', share: right, tone: 'positive' },
    ...(sampledWrong === null ? [] : [{ label: 'other wrong ones', share: sampledWrong, tone: 'negative' }]),
    ...(sampledMalformed === null ? [] : [{ label: 'malformed ones', share: sampledMalformed, tone: 'neutral' }]),
  ];
  return (
    <>
      <p aria-busy={stale}>
        {pushedDown ? 'What it gives up goes to ' : 'What it gains comes from '}
        {parts.map(({ label, share }) => `${label} ${percent(share)}`).join(', ')}
        {sampledWrong === null ? '.' : ' (the first exactly, the split of the rest from 64 sampled continuations).'}
      </p>
      <span className="anatomy-bar" aria-hidden="true">
        {parts.map(({ label, share, tone }) => (
          <span key={label} className={`anatomy-${tone}`} style={{ flexGrow: share }} />
        ))}
      </span>
    </>
  );
}
