/** A button that opens the images of a cell. */
import type { ReactNode } from "react";
import type { Cell } from "./evaluated.ts";

/** The counts that the views of many classes show. */
export interface ShownCounts {
  /** `[classes, classes]`, row-major; rows are the true class. */
  readonly counts: Uint32Array;
  readonly classes: readonly string[];
  /** Shows the images of a cell. */
  readonly onChoose: (cell: Cell) => void;
}

export function CellButton(props: {
  readonly trueClass: number;
  readonly predictedClass: number;
  readonly onChoose: (cell: Cell) => void;
  /** The accessible description of the button. */
  readonly label: string;
  readonly children: ReactNode;
}) {
  const { trueClass, predictedClass, onChoose, label, children } = props;
  return (
    <button
      type="button"
      className="cell-button"
      aria-label={label}
      onClick={() => onChoose({ trueClass, predictedClass })}
    >
      {children}
    </button>
  );
}
