/** A slider for one number: arrow keys move by its step, Page Up and Page Down by ten steps, Home and End to its ends. */
import { Slider } from "@base-ui/react/slider";

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

/** A large step is this many small ones, or a quarter of a short range. */
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
  const largeStep = step * Math.min(LARGE_STEPS, Math.max(1, Math.round(numSteps / 4)));
  return (
    <Slider.Root
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={largeStep}
      onValueChange={(chosen) => onValue(chosen)}
      className="slider"
      thumbAlignment="edge"
    >
      <Slider.Control className="slider-control">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-indicator" />
          <Slider.Thumb
            className="slider-thumb"
            aria-label={label}
            aria-describedby={describedBy}
            getAriaValueText={(_text, current) => valueText(current)}
          />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
