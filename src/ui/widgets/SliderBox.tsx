/**
 * A slider for one number: arrow keys move by its step, Page Up and Page Down by ten steps, Home and End to its ends. It is a
 * native range input, transparent above a drawing that looks the same in all browsers.
 */
import type { KeyboardEvent } from "react";

export interface SliderBoxProps {
  /** The accessible name. */
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: string | undefined;
  readonly describedBy?: string | undefined;
  /** The spoken text of a value, when that is not the number itself. */
  readonly valueText?: (value: number) => string;
  readonly onValue: (value: number) => void;
}

/** Page Up and Page Down move by this many steps, or by a quarter of a short range. */
const LARGE_STEPS = 10;

export function SliderBox({
  label,
  value,
  min,
  max,
  step,
  unit,
  describedBy,
  valueText = (current) => (unit === undefined ? String(current) : `${current} ${unit}`),
  onValue,
}: SliderBoxProps) {
  const numSteps = Math.round((max - min) / step);
  const largeStep = Math.min(LARGE_STEPS, Math.max(1, Math.round(numSteps / 4)));
  const percent = 100 * Math.min(1, Math.max(0, (value - min) / (max - min)));
  // The browser's own large step is a tenth of the range, and not a whole number of steps.
  function moveFar(event: KeyboardEvent<HTMLInputElement>): void {
    const direction = { PageUp: 1, PageDown: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.currentTarget.stepUp(direction * largeStep);
    onValue(event.currentTarget.valueAsNumber);
  }
  return (
    <span className="slider">
      <span className="slider-track">
        <span className="slider-indicator" style={{ width: `${percent}%` }} />
      </span>
      <span
        className="slider-thumb"
        style={{ left: `${percent}%`, translate: `-${percent}% -50%` }}
      />
      <input
        type="range"
        className="slider-input"
        aria-label={label}
        aria-describedby={describedBy}
        aria-valuetext={valueText(value)}
        value={value}
        min={min}
        max={max}
        step={step}
        onChange={(event) => onValue(event.target.valueAsNumber)}
        onKeyDown={moveFar}
      />
    </span>
  );
}
