/** A formula as MathML, or as text where there is only text. The MathML is a constant of our own source (catalogue), never anything from a link. */
import { useEffect, useRef, useState } from 'react';
import { SCROLLABLE } from '../panels/scrollable';

interface FormulaProps {
  readonly text: string;
  readonly mathml?: string | undefined;
}

export function Formula({ text, mathml }: FormulaProps): React.JSX.Element {
  const ref = useRef<HTMLParagraphElement>(null);
  const scrolls = useScrolls(ref);
  const shared = { ref, className: 'formula', ...(scrolls ? { tabIndex: SCROLLABLE } : {}) };
  if (mathml === undefined) return <p {...shared}>{text}</p>;
  return <p {...shared} title={text} dangerouslySetInnerHTML={{ __html: mathml }} />;
}

/** Whether it is wider than its place: only then must the keyboard reach it. */
function useScrolls(ref: React.RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return scrolls;
}
