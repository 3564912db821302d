/**
 * A number as text. Unlike a browser's own number field it takes any text and keeps it, so that what is wrong
 * can be said beside it; arrow keys, Page Up and Page Down count as in one (role `spinbutton`).
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

export interface NumberBoxProps {
  /** The accessible name. */
  readonly label: string;
  /** The text in force: a valid value's own, or the invalid one that was typed. */
  readonly text: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly invalid: boolean;
  readonly describedBy?: string | undefined;
  readonly onText: (text: string) => void;
  readonly className?: string;
}

export function NumberBox(props: NumberBoxProps) {
  const {
    label,
    text,
    value,
    min,
    max,
    step,
    invalid,
    describedBy,
    onText,
    className = "",
  } = props;
  // While it is being typed the text stays as typed: "0.10" must not turn into "0.1" under the fingers.
  const [typed, setTyped] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (document.activeElement !== input.current) setTyped(null);
  });

  function count(event: KeyboardEvent): void {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setTyped(null);
    onText(counted(value, steps * step, min, max));
  }

  return (
    <input
      ref={input}
      type="text"
      inputMode="decimal"
      role="spinbutton"
      autoComplete="off"
      spellCheck={false}
      className={`number-box ${className}`}
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuetext={typed ?? text}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      value={typed ?? text}
      onChange={(event) => {
        setTyped(event.target.value);
        onText(event.target.value);
      }}
      onBlur={() => setTyped(null)}
      onKeyDown={count}
    />
  );
}

/** The next value on the grid, free of the dust of binary fractions. A minimum that is itself excluded is not reached. */
function counted(value: number, difference: number, min: number, max: number): string {
  const next = Math.min(max, Math.max(min, value + difference));
  return String(Number(next.toPrecision(10)));
}
