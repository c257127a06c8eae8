/** Four coach marks beside what they speak of: one at a time, dismissible, never in the way of the run. */
import { useLayoutEffect, useRef, useState } from 'react';
import { useSession, type PhoneTab } from '../../store/session';
import { useMedia } from '../shell/useMedia';

interface Stop {
  readonly target: string;
  /** On a phone: the view that the target stands in. */
  readonly tab?: PhoneTab;
  readonly title: string;
  readonly text: string;
}

const stops: readonly Stop[] = [
  {
    target: '.transport-main',
    title: 'Press Train',
    text: 'A small language model starts to learn here, in this tab, from what a verifier says about its answers.',
  },
  {
    target: '[data-chart=pass]',
    tab: 'charts',
    title: 'Watch Pass@k and entropy',
    text: 'Pass@1 is reliability, Pass@64 diversity. Methods differ in what they give up for what they gain.',
  },
  {
    target: '[data-curve="objective.negativeWeight"]',
    tab: 'curves',
    title: 'Drag the penalty curve',
    text: 'While it trains, too: the new value acts at the next rollout, and a numbered mark stands on every chart.',
  },
  {
    target: 'button[aria-label=Share]',
    title: 'Send the link',
    text: 'It holds the whole experiment with your edits. Opening it starts nothing.',
  },
];

const GAP = 10;
const WIDTH = 260;

/** Beside the target where there is room, under it otherwise; always on the screen. The ring goes around the target. */
function place(target: Element, bubble: HTMLElement, ring: HTMLElement): void {
  const box = target.getBoundingClientRect();
  Object.assign(ring.style, {
    left: `${box.left - 3}px`,
    top: `${box.top - 3}px`,
    width: `${box.width + 6}px`,
    height: `${box.height + 6}px`,
  });
  const { offsetHeight } = bubble;
  const roomLeft = box.left > WIDTH + 2 * GAP && box.width > 300;
  const x = roomLeft ? box.left - WIDTH - GAP : Math.min(Math.max(GAP, box.left), window.innerWidth - WIDTH - GAP);
  const below = box.bottom + GAP + offsetHeight < window.innerHeight;
  const y = roomLeft ? box.top : below ? box.bottom + GAP : Math.max(GAP, box.top - offsetHeight - GAP);
  bubble.style.left = `${x}px`;
  bubble.style.top = `${Math.min(Math.max(GAP, y), window.innerHeight - offsetHeight - GAP)}px`;
}

export function Tour(): React.JSX.Element | null {
  const set = useSession((state) => state.set);
  const [index, setIndex] = useState(0);
  const bubble = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const stop = stops[index];
  // A phone turned on its side gets the other page, where the target is another element.
  const phone = useMedia('(max-width: 719px)');

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
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('resize', update);
      window.removeEventListener('scroll', update, true);
    };
  }, [stop, set, phone]);

  if (!stop) return null;
  const done = (): void => set({ tourSeen: true });
  return (
    <>
      <div ref={ring} className="tour-ring" aria-hidden="true" />
      <div ref={bubble} className="tour" role="region" aria-label={`Tour, ${index + 1} of ${stops.length}`}>
        <p>
          <b>{stop.title}</b>
        </p>
        <p>{stop.text}</p>
        <div className="button-row">
          <button type="button" className="button button-small" onClick={done}>
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
