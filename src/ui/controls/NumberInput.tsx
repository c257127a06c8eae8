/** A number field that commits on Enter, blur or an arrow key, and goes back to the stored value on Escape or when the text is no number in range. */
import { useState } from 'react';
import { clampTo, roundSignificant } from '../curves/curveModel';

interface NumberInputProps {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly integer?: boolean;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly describedBy?: string | undefined;
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
  describedBy,
  inputRef,
  onCommit,
}: NumberInputProps): React.JSX.Element {
  // What is being typed, and over which value: when that changes from outside (undo, a drag), the text is out of date.
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: number } | null>(null);
  const text = typed?.over === value ? typed.text : null;
  const parsed = text === null ? value : Number(text.trim().replace(',', '.'));
  const valid =
    text?.trim() !== '' &&
    Number.isFinite(parsed) &&
    parsed >= min &&
    parsed <= max &&
    (integer !== true || Number.isInteger(parsed));

  const commit = (next: number): void => {
    setTyped(null);
    if (next !== value) onCommit(next);
  };

  return (
    <input
      ref={inputRef}
      id={id}
      className="field-input number-input"
      type="text"
      inputMode="decimal"
      autoComplete="off"
      disabled={disabled}
      aria-invalid={valid ? undefined : true}
      aria-describedby={describedBy}
      value={text ?? String(value)}
      onChange={(event) => setTyped({ text: event.target.value, over: value })}
      onBlur={() => commit(valid ? parsed : value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(valid ? parsed : value);
        if (event.key === 'Escape') setTyped(null);
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        const factor = event.shiftKey ? 10 : event.altKey && !integer ? 0.1 : 1;
        const moved = value + (event.key === 'ArrowUp' ? 1 : -1) * step * factor;
        commit(clampTo(integer ? Math.round(moved) : roundSignificant(moved), min, max));
      }}
    />
  );
}
