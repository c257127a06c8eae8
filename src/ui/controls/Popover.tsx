/** A small panel at its button: opens by click, closes by Escape, by a click elsewhere or when focus leaves. Never modal. */
import { createContext, useContext, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';

const CloseContext = createContext<() => void>(() => undefined);

/** Closes the popover one stands in and gives the focus back to its button. */
export const useClosePopover = (): (() => void) => useContext(CloseContext);

interface PopoverProps {
  readonly label: string;
  readonly className?: string;
  readonly buttonClass?: string;
  readonly button: React.ReactNode;
  readonly align?: 'left' | 'right';
  readonly disabled?: boolean;
  readonly children: React.ReactNode;
}

export function Popover(props: PopoverProps): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [open]);

  // In the top layer, so that no scrolling panel cuts it off; kept on the screen, under the button or, where there is more room, above it.
  useLayoutEffect(() => {
    const element = body.current;
    const button = trigger.current;
    if (!open || !element || !button) return;
    if ('showPopover' in element) element.showPopover();
    const place = (): void => placeAt(element, button.getBoundingClientRect(), props.align ?? 'right');
    place();
    // Words that load late make it taller.
    let frame = 0;
    const watcher = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(place);
    });
    watcher.observe(element);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      cancelAnimationFrame(frame);
      watcher.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [open, props.align]);

  const close = (): void => {
    setOpen(false);
    trigger.current?.focus();
  };

  return (
    <div
      className={`popover ${props.className ?? ''}`}
      ref={root}
      onBlur={(event) => {
        if (open && event.relatedTarget instanceof Node && !root.current?.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDownCapture={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={trigger}
        type="button"
        className={props.buttonClass ?? 'icon-button'}
        aria-label={props.label}
        title={props.label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        disabled={props.disabled}
        onClick={() => setOpen(!open)}
      >
        {props.button}
      </button>
      {open && (
        <div ref={body} id={id} className="popover-body" popover="manual">
          <CloseContext value={close}>{props.children}</CloseContext>
        </div>
      )}
    </div>
  );
}

const GAP = 4;
const EDGE = 8;

function placeAt(element: HTMLElement, button: DOMRect, align: 'left' | 'right'): void {
  const roomBelow = window.innerHeight - button.bottom - GAP - EDGE;
  const roomAbove = button.top - GAP - EDGE;
  element.style.maxHeight = '';
  const { width, height } = element.getBoundingClientRect();
  const above = height > roomBelow && roomAbove > roomBelow;
  element.style.maxHeight = `${Math.max(above ? roomAbove : roomBelow, 80)}px`;
  const top = above ? button.top - GAP - Math.min(height, roomAbove) : button.bottom + GAP;
  const left = align === 'left' ? button.left : button.right - width;
  element.style.top = `${top}px`;
  element.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - EDGE - width))}px`;
}
