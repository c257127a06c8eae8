/** Named experiments by group, and the way to compare several. */
import { Fragment } from 'react';
import { useStore } from 'zustand';
import type { PresetEntry, PresetGroup } from '../../experiment/catalogue';
import { changedFields } from '../../store/experiment/fields';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import { Icon } from '../controls/Icon';
import { Popover, useClosePopover } from '../controls/Popover';

const groups: readonly { readonly group: PresetGroup; readonly title: string; readonly note: string }[] = [
  { group: 'quick', title: 'Quick look', note: 'runs without a real GPU' },
  { group: 'tiny', title: 'Tiny models', note: 'models that ship with the page' },
  { group: 'paper', title: 'Paper settings', note: 'published scale, for your own model' },
];

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
  const { catalogue, experiments } = useApp();
  const set = useSession((state) => state.set);
  const presetId = useStore(experiments, (state) => state.preset);
  const close = useClosePopover();

  const choose = (entry: PresetEntry): void => experiments.getState().replace(entry.experiment, entry.id);
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
                Compare <span className="muted">same prompts and seeds</span>
              </h3>
              <button
                type="button"
                className="menu-item preset-item"
                onClick={() => {
                  close();
                  set({ drawerTab: 'runs', drawerOpen: true, phoneTab: 'samples', comparing: true });
                }}
              >
                <b>Compare methods</b>
                <span className="muted">PSR, NSR, W-REINFORCE, GRPO or others on the settings of the panel</span>
              </button>
            </section>
          )}
        </Fragment>
      ))}
    </div>
  );
}
