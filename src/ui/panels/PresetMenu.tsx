/** Named experiments by group, and sets that are trained in turn for comparison. */
import { Fragment } from 'react';
import { useStore } from 'zustand';
import type { PresetEntry, PresetGroup } from '../../experiment/catalogue';
import { changedFields } from '../../store/fields';
import { useApp } from '../appContext';
import { Icon } from '../controls/Icon';
import { Popover, useClosePopover } from '../controls/Popover';

const groups: readonly { readonly group: PresetGroup; readonly title: string; readonly note: string }[] = [
  { group: 'quick', title: 'Quick look', note: 'runs without a real GPU' },
  { group: 'tiny', title: 'Tiny models', note: 'models that ship with the page' },
  { group: 'paper', title: 'Paper settings', note: 'published scale, for your own model' },
];

/** The comparison of arXiv 2506.01347 at our scale. */
const paperComparison = ['psr', 'nsr', 'w-reinforce', 'grpo'] as const;

export function PresetMenu(): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const presetId = useStore(experiments, (state) => state.preset);
  const experiment = useStore(experiments, (state) => state.experiment);
  const preset = catalogue.presets.find((entry) => entry.id === presetId);
  const changes = preset ? changedFields(preset.experiment, experiment).length : 0;

  return (
    <Popover
      label="Presets"
      className="preset-menu"
      buttonClass="button preset-button"
      align="left"
      button={
        <>
          <span className="preset-name">{preset?.label ?? 'Custom'}</span>
          {changes > 0 && <span className="tag">{changes} changed</span>}
          <Icon name="down" size={12} />
        </>
      }
    >
      <PresetList />
    </Popover>
  );
}

function PresetList(): React.JSX.Element {
  const { catalogue, experiments, training } = useApp();
  const presetId = useStore(experiments, (state) => state.preset);
  const close = useClosePopover();

  const choose = (entry: PresetEntry): void => experiments.getState().replace(entry.experiment, entry.id);
  /** Same task, model, batch and seed as the panel; only the objective differs, so prompts are paired. */
  const compare = (): void => {
    const list = paperComparison.flatMap((id) => {
      const entry = catalogue.presets.find((candidate) => candidate.id === id);
      return entry
        ? [
            {
              name: entry.label,
              experiment: { ...experiments.getState().experiment, objective: entry.experiment.objective, edits: [] },
            },
          ]
        : [];
    });
    training.trainInTurn(list);
  };

  return (
    <div className="preset-list">
      {groups.map(({ group, title, note }, index) => (
        <Fragment key={group}>
          <section aria-label={title}>
            <h3>
              {title} <span className="muted">{note}</span>
            </h3>
            <ul className="preset-grid">
              {catalogue.presets
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <li key={entry.id}>
                    <button
                      type="button"
                      className="menu-item preset-item"
                      aria-pressed={entry.id === presetId}
                      onClick={() => {
                        choose(entry);
                        close();
                      }}
                    >
                      <b>{entry.label}</b>
                      <span className="muted">{entry.help}</span>
                    </button>
                  </li>
                ))}
            </ul>
          </section>
          {index === 0 && (
            <section aria-label="Compare">
              <h3>
                Compare <span className="muted">same prompts and seeds, one after the other</span>
              </h3>
              <button
                type="button"
                className="menu-item preset-item"
                onClick={() => {
                  close();
                  compare();
                }}
              >
                <b>Paper comparison</b>
                <span className="muted">PSR, NSR, W-REINFORCE and GRPO on the settings of the panel</span>
              </button>
            </section>
          )}
        </Fragment>
      ))}
    </div>
  );
}
