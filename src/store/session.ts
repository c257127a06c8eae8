/** Local preferences of this browser: theme, layout, how charts are drawn. Kept in localStorage, never shared, never undone. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { SortOrder } from './results/summary';

export type Theme = 'system' | 'light' | 'dark';
export type DrawerTab = 'rollouts' | 'token' | 'runs' | 'models' | 'why';
export type PhoneTab = 'charts' | 'curves' | 'setup' | 'samples';
export type XUnit = 'step' | 'tokens' | 'seconds';

interface SessionValues {
  readonly theme: Theme;
  readonly railOpen: boolean;
  /** Narrow screens: the rail lies over the charts, and is closed when the page opens. */
  readonly railOverlay: boolean;
  readonly drawerOpen: boolean;
  readonly drawerTab: DrawerTab;
  readonly phoneTab: PhoneTab;
  readonly xUnit: XUnit;
  readonly logX: boolean;
  readonly logY: boolean;
  /** 0 = raw, towards 1 = smoother. */
  readonly smoothing: number;
  /** Pass@k over time is drawn for these k. */
  readonly chosenK: readonly number[];
  /** Train trains the experiment with so many seeds, one after the other. */
  readonly seeds: number;
  /** The form that starts a comparison is open in the list of runs. */
  readonly comparing: boolean;
  readonly shortcuts: boolean;
  /** Coach marks seen. */
  readonly tourSeen: boolean;
  readonly hiddenCharts: readonly string[];
  /** The run that the others are compared with, by its id; null without one. */
  readonly baselineId: string | null;
  /** Ids of the runs as they stand in the list. */
  readonly runOrder: readonly string[];
  /** How the table of runs is sorted. */
  readonly runSort: SortOrder;
  /** Forces are measured while it trains, for at most `forcesShare` of the time (worker/protocol.ts). */
  readonly forcesAutomatic: boolean;
  readonly forcesShare: number;
  /** Path of the curve that is drawn over the full width above Pass@k; null for none. */
  readonly wideCurve: string | null;
  readonly openSections: Readonly<Record<string, boolean>>;
}

interface SessionState extends SessionValues {
  set(values: Partial<SessionValues>): void;
}

const initial: SessionValues = {
  theme: 'system',
  railOpen: true,
  railOverlay: false,
  drawerOpen: true,
  drawerTab: 'rollouts',
  phoneTab: 'charts',
  xUnit: 'step',
  logX: false,
  logY: false,
  smoothing: 0,
  chosenK: [1, 8, 64],
  seeds: 1,
  comparing: false,
  shortcuts: true,
  tourSeen: false,
  hiddenCharts: [],
  baselineId: null,
  runOrder: [],
  runSort: { key: 'made', descending: false },
  forcesAutomatic: true,
  forcesShare: 0.15,
  wideCurve: null,
  openSections: {},
};

export const useSession = create<SessionState>()(
  persist((set) => ({ ...initial, set: (values) => set(values) }), {
    name: 'nsr-session',
    // Version 1 could sort by a column that is gone.
    version: 2,
    migrate: (stored) => ({ ...(stored as SessionValues), runSort: initial.runSort }),
    partialize: ({ set: _set, railOverlay: _overlay, comparing: _comparing, ...values }) => values,
  }),
);

/** The same rule as `public/theme-boot.js`, which runs before the first paint. */
export function resolveTheme(theme: Theme, systemIsDark: boolean): 'light' | 'dark' {
  return theme === 'dark' || (theme === 'system' && systemIsDark) ? 'dark' : 'light';
}
