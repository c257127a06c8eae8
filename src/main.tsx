/** The page's composition root: catalogue, experiment, worker and training are put together here and nowhere else. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { monotonicClock } from './lib/clock';
import { invariant } from './lib/invariant';
import { createRunFolders } from './persist/runFolders';
import { browserDatabases, createRunIndex } from './persist/runIndex';
import { catalogue } from './store/experiment/catalogue';
import { createExperimentStore } from './store/experiment/experiment';
import { keepRuns } from './store/runs/keepRuns';
import { keepView } from './store/runs/keepView';
import { isLinkOf, loadLinkCodec, syncLink, useLink } from './store/link/link';
import { holdPageLock } from './store/run/pageLock';
import { isResumeMarked, resumeIfMarked } from './store/run/resumeAfterReload';
import { useRuns, type Run } from './store/runs/runs';
import { useSession } from './store/session';
import { createTraining } from './store/run/training';
import { watchRecorded } from './store/run/watchRecorded';
import { App } from './ui/App';
import { AppContext } from './ui/appContext';
import { loadWords } from './ui/explain/lazyWords';
import { createModels, receiveHub } from './store/models/models';
import { connectHub, type HubWorkerLike } from './worker/hubClient';
import { connectWorker, type WorkerLike } from './worker/client';

/** The preset that the page opens with. */
const firstPreset = catalogue.presets.find((preset) => preset.id === 'w-reinforce') ?? catalogue.presets[0];
invariant(firstPreset, 'the catalogue has presets');

const experiments = createExperimentStore(firstPreset.experiment, firstPreset.id);
const training = createTraining({
  client: () => client,
  experiments,
  seeds: () => useSession.getState().seeds,
  wallClock: () => Date.now(),
});
const client = connectWorker({
  spawn: () =>
    new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'training' }) as WorkerLike,
  now: monotonicClock,
  onEvent: training.receive,
  onRestart: (error) => {
    boot(false);
    training.workerRestarted(error);
  },
  onGone: training.workerGone,
});
/** `sweep`: not while runs are under way, whose records may not have been stored. */
function boot(sweep: boolean): void {
  watchForces();
  void client.send({ type: 'boot', base: document.baseURI, sweep });
}

function watchForces(): void {
  const { forcesAutomatic: automatic, forcesShare: share } = useSession.getState();
  void client.send({ type: 'watch-forces', wish: { automatic, share } });
}
useSession.subscribe((state, previous) => {
  if (state.forcesAutomatic !== previous.forcesAutomatic || state.forcesShare !== previous.forcesShare) watchForces();
});

const models = createModels(
  connectHub(
    () => new Worker(new URL('./worker/hub.ts', import.meta.url), { type: 'module', name: 'models' }) as HubWorkerLike,
    receiveHub,
  ),
);

const link = syncLink(experiments, catalogue, {
  readHash: () => location.hash,
  replaceHash: (hash) => history.replaceState(null, '', hash),
});
const reading = link.read();
addEventListener('hashchange', () => void link.read());

const keeper = keepRuns(createRunIndex(browserDatabases, createRunFolders()), () => Date.now());
addEventListener('pagehide', keeper.flush);

let stopKeeping = (): void => undefined;
/** Baseline and order of the runs as they were left; from here on they are remembered. */
function restoreView(): void {
  stopKeeping();
  stopKeeping = keepView();
}

/** The run that was under way stands in front again, paused. */
async function goOnWith(unfinished: Run | null): Promise<void> {
  restoreView();
  await reading;
  const { opened } = useLink.getState();
  if (!unfinished || useRuns.getState().activeId !== null) return;
  // The link of something else goes first; the unfinished run waits in the list.
  if (opened && !isLinkOf(opened, unfinished, catalogue)) return;
  useLink.setState({ opened: null });
  training.adopt(unfinished);
  experiments.temporal.getState().clear();
  resumeIfMarked(sessionStorage, training.train);
}

holdPageLock(navigator.locks, {
  held: () => {
    training.lockHeld();
    boot(true);
    void keeper.own().then(goOnWith);
  },
  other: (error) => {
    training.lockLost(error);
    void keeper.view().then(restoreView);
  },
  stolen: (error) => {
    keeper.disown();
    training.lockLost(error);
  },
});

// Where nothing can be trained, recorded runs fill the page.
useRuns.subscribe((state, previous) => {
  const { unavailable } = state;
  if (unavailable === null || previous.unavailable !== null) return;
  if (['other-tab', 'worker-lost'].includes(unavailable.kind) || isResumeMarked(sessionStorage)) return;
  void watchRecorded(document.baseURI, catalogue);
});

const root = document.getElementById('root');
invariant(root, 'index.html has #root');

/** A link is read before anything is drawn, so that nobody sees another experiment first; without one nothing is waited for. */
async function start(page: HTMLElement): Promise<void> {
  const banner = location.hash === '' ? null : import('./ui/shell/LinkBanner').catch(() => null);
  await Promise.all([reading, banner]);
  // What a link brought is where undo ends.
  experiments.temporal.getState().clear();
  createRoot(page).render(
    <StrictMode>
      <AppContext value={{ catalogue, experiments, training, models }}>
        <App />
      </AppContext>
    </StrictMode>,
  );
  whenIdle(() => void Promise.allSettled([loadLinkCodec(), loadWords()]));
}
void start(root);

/** What the first gesture would otherwise wait for is fetched when nothing else is to be done. Safari has no idle callback. */
function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 5000 });
  else setTimeout(work, 2000);
}
