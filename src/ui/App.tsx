/** The page: wide layout with rail, charts, curves and drawer; below 720 px tabs with the transport at the bottom. */
import { Suspense, useEffect, useState } from 'react';
import { useRuns } from '../store/runs/runs';
import { resolveTheme, useSession, type PhoneTab } from '../store/session';
import { lazyPart, NotLoaded } from './controls/lazyPart';
import { CurvesPanel } from './panels/CurvesPanel';
import { SetupRail } from './panels/SetupRail';
import { Drawer, PhoneInspectors } from './shell/Drawer';
import { Header } from './shell/Header';
import { Notices } from './shell/Notices';
import { Transport } from './shell/Transport';
import { NARROW, useMedia } from './shell/useMedia';
import { useShortcuts } from './shell/useShortcuts';
import './theme/tokens.css';
import './theme/base.css';
import './controls/controls.css';
import './shell/layout.css';
import './charts/charts.css';
import './curves/curves.css';
import './panels/panels.css';

// Empty until something is trained: the panels come first.
const ChartGrid = lazyPart(() => import('./charts/ChartGrid').then((file) => file.ChartGrid));
const PassOverTime = lazyPart(() => import('./charts/PassOverTime').then((file) => file.PassOverTime));
// Seen once, and rarely: not part of the first load.
const Tour = lazyPart(() => import('./explain/Tour').then((file) => file.Tour), null);
const HelpSheet = lazyPart(() => import('./explain/HelpSheet').then((file) => file.HelpSheet), <NotLoaded corner />);

export function App(): React.JSX.Element {
  const theme = useSession((state) => state.theme);
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const phone = useMedia('(max-width: 719px)');
  const tourSeen = useSession((state) => state.tourSeen);
  const [help, setHelp] = useState(false);
  useEffect(() => {
    document.documentElement.dataset['theme'] = resolveTheme(theme, systemIsDark);
  }, [theme, systemIsDark]);
  useShortcuts(() => setHelp(true));
  return (
    <>
      {!tourSeen && (
        <Suspense fallback={null}>
          <Tour />
        </Suspense>
      )}
      <a className="skip-link" href="#main">
        Skip to the charts
      </a>
      {phone ? <PhonePage onHelp={() => setHelp(true)} /> : <WidePage onHelp={() => setHelp(true)} />}
      {help && (
        <Suspense fallback={null}>
          <HelpSheet onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </>
  );
}

function WidePage({ onHelp }: { readonly onHelp: () => void }): React.JSX.Element {
  const narrow = useMedia(NARROW);
  const railOpen = useSession((state) => (narrow ? state.railOverlay : state.railOpen));
  return (
    <div className={`page ${railOpen ? '' : 'rail-closed'}`}>
      <Header withTransport onHelp={onHelp} />
      {railOpen && (
        <aside className="rail" aria-label="Setup">
          <SetupRail />
        </aside>
      )}
      <main id="main" className="centre" tabIndex={-1}>
        <Notices />
        <div className="centre-scroll">
          <Suspense fallback={null}>
            <ChartGrid />
          </Suspense>
        </div>
        <Drawer />
      </main>
      <aside className="curves" aria-label="Curves">
        <CurvesPanel />
      </aside>
    </div>
  );
}

const phoneTabs: readonly { readonly tab: PhoneTab; readonly label: string }[] = [
  { tab: 'charts', label: 'Charts' },
  { tab: 'curves', label: 'Curves' },
  { tab: 'setup', label: 'Setup' },
  { tab: 'samples', label: 'Samples' },
];

function PhonePage({ onHelp }: { readonly onHelp: () => void }): React.JSX.Element {
  const { phoneTab, set } = useSession();
  return (
    <div className="phone">
      <Header withTransport={false} onHelp={onHelp} />
      <nav className="phone-tabs" aria-label="Views">
        {phoneTabs.map(({ tab, label }) => (
          <button
            key={tab}
            type="button"
            className="tab"
            aria-current={tab === phoneTab ? 'page' : undefined}
            onClick={() => {
              set({ phoneTab: tab });
              window.scrollTo(0, 0);
            }}
          >
            {label}
          </button>
        ))}
      </nav>
      <main id="main" className="phone-main" tabIndex={-1}>
        <Notices />
        {phoneTab === 'charts' && (
          <Suspense fallback={null}>
            <ChartGrid />
          </Suspense>
        )}
        {phoneTab === 'curves' && (
          <>
            <PhonePass />
            <CurvesPanel />
          </>
        )}
        {phoneTab === 'setup' && <SetupRail />}
        {phoneTab === 'samples' && <PhoneInspectors />}
      </main>
      <div className="phone-transport">
        <Transport />
      </div>
    </div>
  );
}

/** Stays in view above the curve that is being dragged. */
function PhonePass(): React.JSX.Element | null {
  const begun = useRuns((state) => state.runs.length > 0);
  if (!begun) return null;
  return (
    <div className="phone-pass">
      <Suspense fallback={null}>
        <PassOverTime height={84} />
      </Suspense>
    </div>
  );
}
