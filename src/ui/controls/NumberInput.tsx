/** A number field that commits on Enter, blur or an arrow key, and goes back to the stored value on Escape. What is no number in
 * range is not taken: the field says so, with the range, and on leaving which value stays. */
import { useId, useState } from 'react';
import { clampTo, roundSignificant } from '../curves/curveModel';
import { numberText, rangeText, readNumberText } from './numberText';

interface NumberInputProps {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly integer?: boolean;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly inputRef?: React.RefObject<HTMLInputElement | null>;
  readonly onCommit: (value: number) => void;
}

export function NumberInput({
  value,
  min,
  max,
  step,
  integer,
  disabled,
  id,
  inputRef,
  onCommit,
}: NumberInputProps): React.JSX.Element {
  const messageId = useId();
  // What is being typed, and over which value: when that changes from outside (undo, a drag), the text is out of date.
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: number } | null>(null);
  /** Left behind as it was typed, and not taken. */
  const [refused, setRefused] = useState<{ readonly text: string; readonly over: number } | null>(null);
  const text = typed?.over === value ? typed.text : null;
  const read = text === null ? null : readNumberText(text, { min, max, integer });
  const left = refused?.over === value && text === null ? refused : null;

  const commit = (next: number): void => {
    setTyped(null);
    setRefused(null);
    if (next !== value) onCommit(next);
  };
  const leave = (): void => {
    if (read === null) return;
    if (read.ok) return commit(read.value);
    setTyped(null);
    setRefused({ text: text ?? '', over: value });
  };
  const message =
    read && !read.ok
      ? `Must be ${read.reason}`
      : left &&
        `${left.text.trim() || 'Nothing'} was not taken, ${numberText(value)} stays: ${rangeText({ min, max, integer })}`;

  return (
    <>
      <input
        ref={inputRef}
        id={id}
        className="field-input number-input"
        type="text"
        inputMode="decimal"
        autoComplete="off"
        disabled={disabled}
        aria-invalid={message ? true : undefined}
        aria-describedby={message ? messageId : undefined}
        value={text ?? numberText(value)}
        onChange={(event) => setTyped({ text: event.target.value, over: value })}
        onBlur={leave}
        onKeyDown={(event) => {
          // What cannot be taken stays as typed, beside the range.
          if (event.key === 'Enter' && read?.ok) commit(read.value);
          if (event.key === 'Escape') commit(value);
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          const factor = event.shiftKey ? 10 : event.altKey && !integer ? 0.1 : 1;
          const moved = value + (event.key === 'ArrowUp' ? 1 : -1) * step * factor;
          commit(clampTo(integer ? Math.round(moved) : roundSignificant(moved), min, max));
        }}
      />
      {message && (
        <span id={messageId} className="number-message" role="status">
          {message}
        </span>
      )}
    </>
  );
}
