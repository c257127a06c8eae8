/** How often forces are measured and what that costs, a measurement now, and how much of the update is signal. */
import './forces.css';
import { useId, useState } from 'react';
import { useStore } from 'zustand';
import { leastNoiseAt, signalShare } from '../../records/forceForecast';
import { isBusy } from '../../store/run/phases';
import { useRuns } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import { HelpTip } from '../controls/HelpTip';
import { costSentence } from './forceWords';
import { usePresentMix } from './presentMix';
import { useForces, useFrontRun } from './useForces';

/** Shares of the training time that can be chosen. */
const shares = [0.05, 0.15, 0.3, 0.5] as const;

export function ForcesCard(): React.JSX.Element {
  const automatic = useSession((state) => state.forcesAutomatic);
  const share = useSession((state) => state.forcesShare);
  const set = useSession((state) => state.set);
  const pace = useRuns((state) => state.forcePace);
  const run = useFrontRun();
  const id = useId();
  const asked = run?.experiment.evaluation.forcesEvery ?? 0;
  return (
    <section className="panel curve-card forces-card" aria-label="Forces">
      <header className="curve-head">
        <h3>Forces</h3>
        <HelpTip
          label="forces"
          text="What the next update will do to Pass@k and entropy, measured before it is made: gradients of these on held-out problems against the gradient of the batch, in the optimiser's metric. Linear in λ and β, so they follow the handle at once. They change no number of a run. How far to trust them: the chart Forecast against realised."
        />
        <span className="spacer" />
        <label htmlFor={id} className="visually-hidden">
          Measure forces
        </label>
        <select
          id={id}
          className="field-input"
          value={automatic ? String(share) : 'off'}
          onChange={({ target: { value } }) =>
            set(value === 'off' ? { forcesAutomatic: false } : { forcesAutomatic: true, forcesShare: Number(value) })
          }
        >
          <option value="off">off</option>
          {shares.map((one) => (
            <option key={one} value={one}>
              automatic, {100 * one} %
            </option>
          ))}
        </select>
      </header>
      <p role="status">{costSentence(pace, automatic, share)}</p>
      {asked > 0 && <p>The experiment itself asks for them every {asked} rollouts.</p>}
      <MeasureNow />
      <SignalShare />
    </section>
  );
}

function MeasureNow(): React.JSX.Element | null {
  const { training } = useApp();
  const pace = useRuns((state) => state.forcePace);
  const automatic = useSession((state) => state.forcesAutomatic);
  const active = useRuns((state) => state.runs.find(({ id }) => id === state.activeId) ?? null);
  const [state, setState] = useState<'idle' | 'measuring' | 'unloaded'>('idle');
  if (!active || (pace?.refusal ?? null) !== null) return null;
  const byItself = automatic && pace !== null && pace.every > 0;
  const measure = async (): Promise<void> => {
    setState('measuring');
    const reply = await training.ask<boolean>({ type: 'measure-forces', runId: active.id });
    setState(reply.ok && reply.value !== true ? 'unloaded' : 'idle');
  };
  const running = isBusy(active.status.phase);
  return (
    <div className="forces-row">
      <button
        type="button"
        className="button button-small"
        disabled={state === 'measuring'}
        onClick={() => void measure()}
      >
        {byItself ? 'Measure now' : 'Measure once'}
      </button>
      <span className="muted" role="status">
        {state === 'measuring' && (running ? 'The next rollout is measured.' : 'Measuring the next rollout…')}
        {state === 'unloaded' && 'The run is not loaded yet: train a rollout first.'}
      </span>
    </div>
  );
}

/** How much of the update another batch would have, too, and the ratio that has most of it. */
function SignalShare(): React.JSX.Element | null {
  const { catalogue, experiments } = useApp();
  const forces = useForces();
  const preset = useStore(experiments, (state) => state.preset);
  const mix = usePresentMix();
  if (!forces) return null;
  const { row } = forces;
  const present = row.signed ? mix : row;
  const share = signalShare(row, present);
  const least = leastNoiseAt(row, present);
  const balanced = catalogue.presets.find(({ id }) => id === 'balanced')?.experiment.objective;
  const balance = (): void => {
    if (!balanced) return;
    const { experiment, replace } = experiments.getState();
    const { positiveWeight, negativeWeight } = balanced;
    replace({ ...experiment, objective: { ...experiment.objective, positiveWeight, negativeWeight } }, preset);
  };
  const shown = (value: number): string => String(Number(value.toPrecision(2)));
  return (
    <>
      <p>
        {share === null
          ? 'How much of this update is signal cannot be told from one part.'
          : `${Math.max(0, Math.round(100 * share))} % of this update is signal at the present mix (rollout ${row.step + 1}); the rest is the accident of this batch.`}
      </p>
      {least && (
        <div className="forces-row">
          <span>
            Least noise at the same λ + β: λ {shown(least.positiveWeight)}, β {shown(least.negativeWeight)}.
          </span>
          <button
            type="button"
            className="button button-small"
            title="λ = 1 − accuracy and β = accuracy: the same by theory, for every rollout to come"
            onClick={balance}
          >
            Keep it balanced
          </button>
        </div>
      )}
    </>
  );
}
