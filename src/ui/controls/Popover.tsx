/** A small panel under its button: opens by click, closes by Escape, by a click elsewhere or when focus leaves. Never modal. */
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

  // Kept on the screen: a popover near the edge moves in as far as it must.
  useLayoutEffect(() => {
    const element = body.current;
    if (!open || !element) return;
    element.style.translate = '';
    const box = element.getBoundingClientRect();
    const over = Math.max(0, box.right - (window.innerWidth - 8));
    const under = Math.max(0, 8 - box.left);
    element.style.translate = `${under - over}px 0`;
  }, [open]);

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
        <div ref={body} id={id} className={`popover-body popover-${props.align ?? 'right'}`}>
          <CloseContext value={close}>{props.children}</CloseContext>
        </div>
      )}
    </div>
  );
}
