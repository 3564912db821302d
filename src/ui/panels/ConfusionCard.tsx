/** The confusion matrix with the accuracy of each class, on images it names, and the images behind a cell. */
import { lazy, useEffect, useRef, useState } from "react";
import { type ConfusionMatrix, createConfusionMatrix } from "../../charts/confusionMatrix.ts";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { formatCount, formatPercent } from "../../core/units.ts";
import { confusionCaption } from "../../store/evaluationState.ts";
import { shownDataSet } from "../../store/store.ts";
import { shownTheme } from "../../store/viewState.ts";
import { useActions, usePlayground, usePlaygroundRecord } from "../PlaygroundContext.tsx";
import { Card } from "../widgets/Card.tsx";
import { LazyDialog } from "../widgets/LazyPart.tsx";

const CellImages = lazy(async () => ({ default: (await import("./CellImages.tsx")).CellImages }));

const NO_CLASSES: readonly string[] = [];

export function ConfusionCard() {
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const classes = usePlaygroundRecord((state) => shownDataSet(state)?.classes ?? NO_CLASSES);
  const runId = usePlayground(({ run }) => run.runId);
  const canTest = usePlayground(
    ({ run }) => run.progress !== null && run.outcome !== "failed" && run.testing === null,
  );
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
        {/* A new run starts with a fresh one. */}
        {classes.length > 0 && <MatrixChart key={runId} classes={classes} onPoint={setPointed} />}
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
            {pointed === null ? hintFor(confusion.source) : wordsFor(pointed, classes)}
          </p>
          {canTest && (
            <button type="button" className="button button-tiny" onClick={actions.testNow}>
              Test now
            </button>
          )}
        </div>
      )}
      {chosen && (
        <LazyDialog title="The images of the cell">
          <CellImages />
        </LazyDialog>
      )}
    </Card>
  );
}

function MatrixChart(props: {
  readonly classes: readonly string[];
  readonly onPoint: (cell: ConfusionCell | null) => void;
}) {
  const { classes, onPoint } = props;
  const actions = useActions();
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<ConfusionMatrix>(null);
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const theme = usePlayground(({ view }) => shownTheme(view));
  const chosen = usePlayground(({ evaluation }) => evaluation.cell);
  const firstTheme = useRef(theme);
  const canShowImages = useRef(false);
  canShowImages.current = confusion?.source === "test";

  useEffect(() => {
    if (container.current === null) return;
    const created = createConfusionMatrix(container.current, {
      classes,
      theme: firstTheme.current,
      onCell: onPoint,
      onChoose: ({ trueClass, predictedClass }) => {
        if (canShowImages.current) actions.showCell(trueClass, predictedClass);
      },
    });
    chart.current = created;
    return () => {
      chart.current = null;
      created.dispose();
    };
  }, [classes, actions, onPoint]);

  useEffect(() => {
    firstTheme.current = theme;
    chart.current?.setTheme(theme);
  }, [theme]);

  useEffect(() => {
    if (confusion !== null && confusion.numClasses === classes.length)
      chart.current?.update(confusion.counts);
  }, [confusion, classes]);

  useEffect(() => {
    if (chosen === null) chart.current?.choose(null);
  }, [chosen]);

  return <div ref={container} />;
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
