/** A button that opens the images of a cell. It exists only after a test, when there are images. */
import type { ReactNode } from "react";
import { useActions } from "../../PlaygroundContext.tsx";

/** The counts that the views of many classes show. */
export interface ShownCounts {
  /** `[classes, classes]`, row-major; rows are the true class. */
  readonly counts: Uint32Array;
  readonly classes: readonly string[];
  /** Whether the images of a cell are available. */
  readonly hasImages: boolean;
}

export function CellButton(props: {
  readonly trueClass: number;
  readonly predictedClass: number;
  readonly hasImages: boolean;
  /** The accessible description of the button. */
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
