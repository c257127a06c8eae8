/** Several methods on the same prompts in one gesture: which ones, with how many seeds, one after the other or in turns. */
import { useState } from 'react';
import { useStore } from 'zustand';
import { nameOf } from '../../store/experiment/fields';
import type { Method } from '../../store/run/heats';
import { SLOTS } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import { SeedsSelect } from './SeedsSelect';

/** The comparison of arXiv 2506.01347 at our scale. */
const paperComparison: readonly string[] = ['psr', 'nsr', 'w-reinforce', 'grpo'];

/** Stands for the objective of the panel as it is, edited or not. */
const OWN = 'panel';

export function ComparePanel({ onStart }: { readonly onStart: () => void }): React.JSX.Element {
  const { catalogue, experiments, training } = useApp();
  // Of this comparison alone: the main button keeps its own number.
  const [seeds, setSeeds] = useState(useSession.getState().seeds);
  const panel = useStore(experiments, (state) => state.experiment);
  const preset = useStore(experiments, (state) => state.preset);
  const [chosen, setChosen] = useState<readonly string[]>(paperComparison);
  const [interleaved, setInterleaved] = useState(false);
  const offered = catalogue.presets.filter((entry) => entry.group === 'tiny');
  const count = chosen.length * seeds;

  const methods = (): Method[] => [
    ...(chosen.includes(OWN) ? [{ name: nameOf(panel, preset, catalogue), preset, experiment: panel }] : []),
    ...offered
      .filter((entry) => chosen.includes(entry.id))
      .map((entry) => ({
        name: entry.label,
        preset: entry.id,
        // Same task, model, batch and seeds as the panel: only the objective differs, so prompts are paired.
        experiment: { ...panel, objective: entry.experiment.objective, edits: [] },
      })),
  ];
  const toggle = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);

  return (
    <form
      className="compare panel"
      aria-label="Compare methods"
      onSubmit={(event) => {
        event.preventDefault();
        onStart();
        training.compare(methods(), seeds, interleaved);
      }}
    >
      <fieldset>
        <legend>Methods on the settings of the panel, at most six</legend>
        <div className="compare-methods">
          {[{ id: OWN, label: 'As on the panel' }, ...offered].map((entry) => (
            <label key={entry.id} className="check-line">
              <input
                type="checkbox"
                checked={chosen.includes(entry.id)}
                disabled={!chosen.includes(entry.id) && chosen.length >= SLOTS}
                onChange={() => toggle(entry.id)}
              />{' '}
              {entry.label}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Order, the same prompts for each seed</legend>
        <div className="compare-order">
          <label className="check-line">
            <input type="radio" name="order" checked={!interleaved} onChange={() => setInterleaved(false)} /> one after
            the other
          </label>
          <label className="check-line">
            <input type="radio" name="order" checked={interleaved} onChange={() => setInterleaved(true)} /> in turns,
            one rollout each
          </label>
        </div>
      </fieldset>
      <div className="compare-start">
        <button type="button" className="button button-quiet" onClick={() => setChosen(paperComparison)}>
          Paper comparison
        </button>
        <SeedsSelect seeds={seeds} onChange={setSeeds} />
        <button type="submit" className="button button-primary" disabled={chosen.length === 0}>
          Train {count} {count === 1 ? 'run' : 'runs'}
        </button>
      </div>
    </form>
  );
}
