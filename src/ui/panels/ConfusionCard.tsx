/** Shows the confusion matrix with the accuracy of each class, the images it was measured on, and the images of a cell. */
import { useCallback, useState } from "react";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { formatCount, formatPercent } from "../../core/units.ts";
import { confusionCaption } from "../../store/run/evaluationState.ts";
import { shownDataSet } from "../../store/store.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyDialog, lazyPlace } from "../widgets/lazyPart.tsx";
import type { Cell, Evaluated } from "./matrix/evaluated.ts";

const MatrixChart = lazyPlace(
  "Confusion matrix",
  async () => (await import("./matrix/MatrixChart.tsx")).MatrixChart,
  null,
);
const CellDialog = lazyDialog(
  "The images of the cell",
  async () => (await import("./matrix/CellDialog.tsx")).CellDialog,
);
const EvaluationDialog = lazyDialog(
  "Mistakes and confidence",
  async () => (await import("./matrix/EvaluationDialog.tsx")).EvaluationDialog,
);

const NO_CLASSES: readonly string[] = [];
const HINT = "Percent of each row. Choose a cell to see its images.";

export function ConfusionCard() {
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const dataSet = usePlayground(shownDataSet);
  const classes = usePlaygroundRecord((state) => shownDataSet(state)?.classes ?? NO_CLASSES);
  const runId = usePlayground(({ run }) => run.runId);
  const canTest = usePlayground(
    ({ run }) => run.progress !== null && run.outcome !== "failed" && run.testing === null,
  );
  const refusal = usePlayground(({ run }) => run.testRefusal);
  const actions = useActions();
  const [pointed, setPointed] = useState<ConfusionCell | null>(null);
  // A dialog keeps the evaluation that it was opened with, while a run goes on to the next one.
  const [opened, setOpened] = useState<{
    readonly evaluated: Evaluated;
    readonly cell: Cell | null;
  } | null>(null);
  const open = useCallback(
    (cell: Cell | null) => {
      if (confusion === null || dataSet === null) return;
      const { part } = confusion;
      const pictures = (places: readonly number[]) => actions.requestPictures(runId, part, places);
      setOpened({ evaluated: { confusion, dataSet, pictures }, cell });
    },
    [confusion, dataSet, runId, actions],
  );
  const close = () => setOpened(null);
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
          <MatrixChart
            key={runId}
            confusion={confusion}
            classes={classes}
            chosen={opened?.cell ?? null}
            onPoint={setPointed}
            onChoose={open}
          />
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
            {pointed === null ? (refusal ?? HINT) : wordsFor(pointed, classes)}
          </p>
          <span className="matrix-buttons">
            <Button look="tiny" onClick={() => open(null)}>
              Mistakes and confidence
            </Button>
            {canTest && (
              <Button look="tiny" onClick={actions.testNow}>
                Test now
              </Button>
            )}
          </span>
        </div>
      )}
      {opened !== null &&
        (opened.cell === null ? (
          <EvaluationDialog evaluated={opened.evaluated} onClose={close} onFailure={close} />
        ) : (
          <CellDialog
            evaluated={opened.evaluated}
            cell={opened.cell}
            onClose={close}
            onFailure={close}
          />
        ))}
    </Card>
  );
}

function wordsFor(
  { trueClass, predictedClass, count, rowShare }: ConfusionCell,
  classes: readonly string[],
): string {
  const words =
    trueClass === predictedClass ? "recognised" : `taken for ${classes[predictedClass] ?? "?"}`;
  return `${classes[trueClass] ?? "?"} ${words}: ${formatCount(count)} (${formatPercent(rowShare)} of the row)`;
}
