/**
 * A number as text. Unlike a browser's own number field it accepts and keeps any text, so that an error can be shown beside it.
 * Arrow keys, Page Up and Page Down change it as in a native field (role `spinbutton`).
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

export interface NumberBoxProps {
  /** The accessible name. */
  readonly label: string;
  /** The current text: that of a valid value, or the invalid text that was typed. */
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
  // The text stays as typed while the field has focus: "0.10" must not turn into "0.1" during typing.
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

/** Returns the next value on the grid, without rounding errors of binary fractions. An excluded minimum is never reached. */
function counted(value: number, difference: number, min: number, max: number): string {
  const next = Math.min(max, Math.max(min, value + difference));
  return String(Number(next.toPrecision(10)));
}
