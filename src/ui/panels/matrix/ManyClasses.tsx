/**
 * Shows a confusion matrix with too many classes for readable cells: the most confused pairs, a table, or a picture to zoom
 * into.
 */
import { useState } from "react";
import { Segmented } from "../../widgets/Segmented.tsx";
import { ClassTable } from "./ClassTable.tsx";
import { ConfusedPairs } from "./ConfusedPairs.tsx";
import type { MatrixProps } from "./evaluated.ts";
import { MatrixPicture } from "./MatrixPicture.tsx";
import "./matrix.css";

const VIEWS = [
  { value: "pairs", label: "Confused pairs" },
  { value: "classes", label: "Classes" },
  { value: "picture", label: "Picture" },
] as const;

export function ManyClasses({ confusion, classes, onPoint, onChoose }: MatrixProps) {
  const [view, setView] = useState<(typeof VIEWS)[number]["value"]>("pairs");
  if (confusion.numClasses !== classes.length) return null;
  const shown = { counts: confusion.counts, classes, onChoose };
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
