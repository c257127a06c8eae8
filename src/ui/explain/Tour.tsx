/** Four coach marks beside what they speak of: one at a time, over when what they ask for is done, closed by Escape, never on what
 * they point at. First in the tab order: they stand before the page. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useRuns } from '../../store/runs/runs';
import { useSession, type PhoneTab } from '../../store/session';
import { useApp } from '../appContext';
import { useMedia } from '../shell/useMedia';
import { placeMark, type Box } from './tourPlace';

interface Stop {
  readonly target: string;
  /** On a phone: the view that the target stands in. */
  readonly tab?: PhoneTab;
  readonly title: string;
  readonly text: string;
  /** What ends it by itself. */
  readonly deed: 'train' | 'edit' | 'press' | null;
}

const stops: readonly Stop[] = [
  {
    target: '.transport-main',
    title: 'Press Train',
    text: 'A small language model starts to learn here, in this tab, from what a verifier says about its answers.',
    deed: 'train',
  },
  {
    target: '[data-chart=pass]',
    tab: 'charts',
    title: 'Watch Pass@k and entropy',
    text: 'Pass@1 is reliability, Pass@64 diversity. Methods differ in what they give up for what they gain.',
    deed: null,
  },
  {
    target: '[data-curve="objective.negativeWeight"]',
    tab: 'curves',
    title: 'Drag the penalty curve',
    text: 'While it trains, too: the new value acts at the next rollout, and a numbered mark stands on every chart.',
    deed: 'edit',
  },
  {
    target: 'button[aria-label=Share]',
    title: 'Send the link',
    text: 'It holds the whole experiment with your edits. Opening it starts nothing.',
    deed: 'press',
  },
];

const boxOf = (element: Element): Box => element.getBoundingClientRect();

/** The ring goes around the target, the bubble where it covers neither that nor a notice. */
function place(target: Element, bubble: HTMLElement, ring: HTMLElement): void {
  const box = target.getBoundingClientRect();
  Object.assign(ring.style, {
    left: `${box.left - 3}px`,
    top: `${box.top - 3}px`,
    width: `${box.width + 6}px`,
    height: `${box.height + 6}px`,
  });
  const { left, top } = placeMark(
    box,
    { width: bubble.offsetWidth, height: bubble.offsetHeight },
    { width: window.innerWidth, height: window.innerHeight },
    [...document.querySelectorAll('.notices > *, .phone-transport')].map(boxOf),
  );
  bubble.style.left = `${left}px`;
  bubble.style.top = `${top}px`;
}

export function Tour(): React.JSX.Element | null {
  const set = useSession((state) => state.set);
  const [index, setIndex] = useState(0);
  const bubble = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const stop = stops[index];
  // A phone turned on its side gets the other page, where the target is another element.
  const phone = useMedia('(max-width: 719px)');

  const { experiments } = useApp();
  const end = (): void => set({ tourSeen: true });
  const next = useRef(end);
  useLayoutEffect(() => {
    next.current = index + 1 < stops.length ? () => setIndex(index + 1) : end;
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') set({ tourSeen: true });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [set]);

  useEffect(() => {
    const advance = (): void => next.current();
    switch (stop?.deed) {
      case 'train':
        if (useRuns.getState().activeId !== null) advance();
        return useRuns.subscribe(({ activeId }) => {
          if (activeId !== null) advance();
        });
      case 'edit':
        return experiments.subscribe(({ experiment: { objective } }, { experiment: before }) => {
          if (objective.negativeWeight !== before.objective.negativeWeight) advance();
        });
      case 'press': {
        const onClick = (event: MouseEvent): void => {
          if (event.target instanceof Element && event.target.closest(stop.target)) advance();
        };
        document.addEventListener('click', onClick);
        return () => document.removeEventListener('click', onClick);
      }
      default:
        return undefined;
    }
  }, [stop, experiments]);

  useLayoutEffect(() => {
    if (!stop) return;
    if (stop.tab !== undefined) set({ phoneTab: stop.tab });
    const update = (): void => {
      const target = document.querySelector(stop.target);
      if (target && bubble.current && ring.current) place(target, bubble.current, ring.current);
    };
    update();
    // A view that has just been changed is not drawn yet.
    const frame = requestAnimationFrame(update);
    window.addEventListener('resize', update);
    window.addEventListener('scroll', update, true);
    // A notice that comes or goes moves what is pointed at, and must not be covered.
    const notices = document.querySelector('.notices');
    const moved = new ResizeObserver(update);
    if (notices) moved.observe(notices);
    return () => {
      cancelAnimationFrame(frame);
      moved.disconnect();
      window.removeEventListener('resize', update);
      window.removeEventListener('scroll', update, true);
    };
  }, [stop, set, phone]);

  if (!stop) return null;
  return (
    <>
      <div ref={ring} className="tour-ring" aria-hidden="true" />
      <div ref={bubble} className="tour" role="region" aria-label={`Tour, ${index + 1} of ${stops.length}`}>
        <p>
          <b>{stop.title}</b>
        </p>
        <p>{stop.text}</p>
        <div className="button-row">
          <button type="button" className="button button-small" onClick={end}>
            {index + 1 < stops.length ? 'Skip' : 'Done'}
          </button>
          {index + 1 < stops.length && (
            <button type="button" className="button button-small button-primary" onClick={() => setIndex(index + 1)}>
              Next
            </button>
          )}
          <span className="spacer" />
          <span className="tour-count" aria-hidden="true">
            {index + 1} / {stops.length}
          </span>
        </div>
      </div>
    </>
  );
}
