/** The inspectors under the charts, as tabs. */
import { Suspense, useRef } from 'react';
import { useSession, type DrawerTab } from '../../store/session';
import { Icon } from '../controls/Icon';
import { lazyPart } from '../controls/lazyPart';
import { SamplesPanel } from '../panels/SamplesPanel';

// Not part of the first load: they say something only once a run has begun.
const RunsPanel = lazyPart(() => import('../runs/RunsPanel').then((file) => file.RunsPanel));
const ModelsPanel = lazyPart(() => import('../models/ModelsPanel').then((file) => file.ModelsPanel));
const TokenPanel = lazyPart(() => import('../panels/TokenPanel').then((file) => file.TokenPanel));
const WhyPanel = lazyPart(() => import('../panels/WhyPanel').then((file) => file.WhyPanel));

const tabs: readonly { readonly tab: DrawerTab; readonly label: string }[] = [
  { tab: 'rollouts', label: 'Rollouts' },
  { tab: 'token', label: 'Token' },
  { tab: 'runs', label: 'Runs' },
  { tab: 'models', label: 'Models' },
  { tab: 'why', label: 'Why?' },
];

function Panel({ tab }: { readonly tab: DrawerTab }): React.JSX.Element {
  if (tab === 'rollouts') return <SamplesPanel />;
  if (tab === 'token') return <TokenPanel />;
  if (tab === 'runs') return <RunsPanel />;
  if (tab === 'models') return <ModelsPanel />;
  return <WhyPanel />;
}

/** The tabs; the arrow keys go from one to the next. */
function InspectorTabs(): React.JSX.Element {
  const { drawerTab, set } = useSession();
  const list = useRef<HTMLDivElement>(null);
  const go = (direction: number): void => {
    const index = tabs.findIndex(({ tab }) => tab === drawerTab);
    const next = tabs[(index + direction + tabs.length) % tabs.length];
    if (!next) return;
    set({ drawerTab: next.tab, drawerOpen: true });
    list.current?.querySelector<HTMLButtonElement>(`#tab-${next.tab}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Inspectors" className="tabs">
      {tabs.map(({ tab, label }) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={tab === drawerTab}
          aria-controls="drawer-panel"
          tabIndex={tab === drawerTab ? 0 : -1}
          onClick={() => set({ drawerTab: tab, drawerOpen: true })}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') go(1);
            if (event.key === 'ArrowLeft') go(-1);
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** On a phone: the same tabs, as a view of their own. */
export function PhoneInspectors(): React.JSX.Element {
  const drawerTab = useSession((state) => state.drawerTab);
  return (
    <section className="panel phone-inspectors" aria-label="Inspectors">
      <InspectorTabs />
      <div id="drawer-panel" role="tabpanel" aria-labelledby={`tab-${drawerTab}`} className="drawer-panel">
        <Suspense fallback={null}>
          <Panel tab={drawerTab} />
        </Suspense>
      </div>
    </section>
  );
}

export function Drawer(): React.JSX.Element {
  const { drawerTab, drawerOpen, set } = useSession();
  return (
    <section
      className={`drawer ${drawerOpen ? (drawerTab === 'runs' || drawerTab === 'models' ? 'drawer-tall' : '') : 'drawer-closed'}`}
      aria-label="Inspectors"
    >
      <div className="drawer-bar">
        <InspectorTabs />
        <span className="spacer" />
        <button
          type="button"
          className="icon-button drawer-toggle"
          aria-label={drawerOpen ? 'Fold inspectors' : 'Unfold inspectors'}
          aria-expanded={drawerOpen}
          onClick={() => set({ drawerOpen: !drawerOpen })}
        >
          <Icon name={drawerOpen ? 'down' : 'up'} />
        </button>
      </div>
      <div
        id="drawer-panel"
        role="tabpanel"
        aria-labelledby={`tab-${drawerTab}`}
        className="drawer-panel"
        hidden={!drawerOpen}
      >
        {drawerOpen && (
          <Suspense fallback={null}>
            <Panel tab={drawerTab} />
          </Suspense>
        )}
      </div>
    </section>
  );
}
