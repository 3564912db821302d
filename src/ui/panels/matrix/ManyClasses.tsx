/**
 * Shows a confusion matrix with too many classes for readable cells: the most confused pairs, a table, or a picture to zoom
 * into.
 */
import { useState } from "react";
import type { ConfusionCell } from "../../../charts/confusionRows.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { ClassTable } from "./ClassTable.tsx";
import { ConfusedPairs } from "./ConfusedPairs.tsx";
import { MatrixPicture } from "./MatrixPicture.tsx";
import "./matrix.css";

const VIEWS = [
  { value: "pairs", label: "Confused pairs" },
  { value: "classes", label: "Classes" },
  { value: "picture", label: "Picture" },
] as const;

export function ManyClasses(props: {
  readonly classes: readonly string[];
  readonly onPoint: (cell: ConfusionCell | null) => void;
}) {
  const { classes, onPoint } = props;
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const [view, setView] = useState<(typeof VIEWS)[number]["value"]>("pairs");
  if (confusion === null || confusion.numClasses !== classes.length) return null;
  const { counts, source } = confusion;
  const shown = { counts, classes, hasImages: source === "test" };
  return (
    <div className="many-classes" role="figure" aria-label="Confusion matrix">
      <Segmented
        label="Shown of the confusion matrix"
        value={view}
        options={VIEWS}
        onChange={setView}
      />
      {view === "pairs" && <ConfusedPairs {...shown} />}
      {view === "classes" && <ClassTable {...shown} />}
      {view === "picture" && <MatrixPicture {...shown} onPoint={onPoint} />}
    </div>
  );
}
