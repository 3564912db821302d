/** A number with its name, in a list of such. The element that holds the number has the name as its label. */
import { useId } from "react";

export interface ValueProps {
  /** A public name: `Step time`. */
  readonly label: string;
  /** `null` when there is none yet. */
  readonly text: string | null;
}

export function Value({ label, text }: ValueProps) {
  const id = useId();
  return (
    <div className="value">
      <dt id={id}>{label}</dt>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: a dd is a definition, which takes a name from its author */}
      <dd aria-labelledby={id} data-empty={text === null || undefined} translate="no">
        {text ?? "–"}
      </dd>
    </div>
  );
}
