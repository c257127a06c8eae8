import { useEffect, useRef, useState } from 'react';

const calmMs = 1000;

/** The text, at most once a second and always its last state: a screen reader is not talked over while a handle moves. */
export function useCalmText(text: string): string {
  const [said, setSaid] = useState(text);
  const latest = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = text;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setSaid(latest.current);
    }, calmMs);
  }, [text]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return said;
}
