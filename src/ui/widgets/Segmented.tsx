/** A choice of few, all in sight: a radio group. */
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";

export interface SegmentedProps<V extends string> {
  /** The accessible name. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
  readonly describedBy?: string | undefined;
}

export function Segmented<V extends string>({
  label,
  value,
  options,
  onChange,
  describedBy,
}: SegmentedProps<V>) {
  return (
    <RadioGroup
      className="segmented"
      aria-label={label}
      aria-describedby={describedBy}
      value={value}
      onValueChange={(chosen) => onChange(chosen as V)}
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          className="segment"
          nativeButton
          render={<button type="button" />}
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
