/** Shows the confusion matrix with the accuracy of each class, the images it was measured on, and the images of a cell. */
import { useState } from "react";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { formatCount, formatPercent } from "../../core/units.ts";
import { confusionCaption } from "../../store/run/evaluationState.ts";
import { shownDataSet } from "../../store/store.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyDialog, lazyPlace } from "../widgets/lazyPart.tsx";

const MatrixChart = lazyPlace(
  "Confusion matrix",
  async () => (await import("./MatrixChart.tsx")).MatrixChart,
  null,
);
const CellImages = lazyDialog(
  "The images of the cell",
  async () => (await import("./CellImages.tsx")).CellImages,
);

const NO_CLASSES: readonly string[] = [];

export function ConfusionCard() {
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const classes = usePlaygroundRecord((state) => shownDataSet(state)?.classes ?? NO_CLASSES);
  const runId = usePlayground(({ run }) => run.runId);
  const canTest = usePlayground(
    ({ run }) => run.progress !== null && run.outcome !== "failed" && run.testing === null,
  );
  const refusal = usePlayground(({ run }) => run.testRefusal);
  const chosen = usePlayground(({ evaluation }) => evaluation.cell !== null);
  const actions = useActions();
  const [pointed, setPointed] = useState<ConfusionCell | null>(null);
  return (
    <Card
      title="Confusion matrix"
      note={
        confusion === null ? "rows: true class · columns: prediction" : confusionCaption(confusion)
      }
      className="confusion-card"
    >
      <div className="chart-frame">
        {/* The key makes a new matrix for a new run. Its code loads only when there is something to show. */}
        {confusion !== null && classes.length > 0 && (
          <MatrixChart key={runId} classes={classes} onPoint={setPointed} />
        )}
        {confusion === null && (
          <p className="empty-words">
            After the first validation: which class is taken for which, and how often each is
            recognised.
          </p>
        )}
      </div>
      {confusion !== null && (
        <div className="matrix-foot">
          <p className="matrix-words">
            {pointed === null ? (refusal ?? hintFor(confusion.source)) : wordsFor(pointed, classes)}
          </p>
          {canTest && (
            <Button look="tiny" onClick={actions.testNow}>
              Test now
            </Button>
          )}
        </div>
      )}
      {chosen && <CellImages onFailure={actions.closeCell} />}
    </Card>
  );
}

function hintFor(source: "validation" | "test"): string {
  return source === "test"
    ? "Choose a cell to see its images."
    : "Numbers are shares of a row in percent. The images of a cell can be seen after a test.";
}

function wordsFor(
  { trueClass, predictedClass, count, rowShare }: ConfusionCell,
  classes: readonly string[],
): string {
  const words =
    trueClass === predictedClass ? "recognised" : `taken for ${classes[predictedClass] ?? "?"}`;
  return `${classes[trueClass] ?? "?"} ${words}: ${formatCount(count)} (${formatPercent(rowShare)} of the row)`;
}
