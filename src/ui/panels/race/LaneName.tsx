/** The name of a network with a sample of its curves' line: hue and dashes. */
import type { CurveAccent } from "../../../core/curves.ts";

export function LaneName({
  name,
  accent,
}: {
  readonly name: string;
  readonly accent: CurveAccent;
}) {
  return (
    <span className="lane-name">
      <i className={`lane-line lane-${accent}`} aria-hidden />
      {name}
    </span>
  );
}
