/** What opens the images of a cell, where there are some to open: after a test. */
import type { ReactNode } from "react";
import { useActions } from "../../PlaygroundContext.tsx";

/** What the views of many classes show. */
export interface ShownCounts {
  /** `[classes, classes]`, row-major, rows the true class. */
  readonly counts: Uint32Array;
  readonly classes: readonly string[];
  /** Whether the images of a cell can be seen. */
  readonly hasImages: boolean;
}

export function CellButton(props: {
  readonly trueClass: number;
  readonly predictedClass: number;
  readonly hasImages: boolean;
  /** What it does, for who does not see it. */
  readonly label: string;
  readonly children: ReactNode;
}) {
  const { trueClass, predictedClass, hasImages, label, children } = props;
  const actions = useActions();
  if (!hasImages) return <span>{children}</span>;
  return (
    <button
      type="button"
      className="cell-button"
      aria-label={label}
      onClick={() => actions.showCell(trueClass, predictedClass)}
    >
      {children}
    </button>
  );
}
