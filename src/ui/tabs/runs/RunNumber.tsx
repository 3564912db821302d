/** The number of a chosen run with a sample of its line, which name it in all charts and tables of the comparison. */
import { PAGE_PALETTE, seriesStyle } from "../../../diagram/plots/plotPalette.ts";
import type { ChosenProps } from "./chosenProps.ts";

/** The headings of a table's columns, one for each run. */
export function RunHeadings({ chosen }: ChosenProps) {
  return chosen.map(({ id }, index) => (
    <th key={id} scope="col">
      <RunNumber index={index} />
    </th>
  ));
}

export function RunNumber({ index }: { readonly index: number }) {
  const { color, dash } = seriesStyle(PAGE_PALETTE, index);
  return (
    <span className="run-number">
      <svg width={22} height={10} aria-hidden>
        <line x1={0} x2={22} y1={5} y2={5} stroke={color} strokeWidth={3} strokeDasharray={dash} />
      </svg>
      {index + 1}
    </span>
  );
}
