/**
 * The confusion matrix in the available space: as cells when they are readable there, otherwise as `ManyClasses`. It handles
 * hovering and choosing cells.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { textWidths } from "../../charts/columnNames.ts";
import { createConfusionMatrix } from "../../charts/confusionMatrix.ts";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { matrixFits } from "../../charts/matrixFits.ts";
import type { PlotOptions } from "../../charts/plot.ts";
import { greatestOf } from "../../core/numbers.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { useChart } from "../widgets/useChart.ts";

const ManyClasses = lazyPlace(
  "Confusion matrix",
  async () => (await import("./matrix/ManyClasses.tsx")).ManyClasses,
  null,
);

interface MatrixProps {
  readonly classes: readonly string[];
  readonly onPoint: (cell: ConfusionCell | null) => void;
}

const FONT_SIZE = 11;

export function MatrixChart({ classes, onPoint }: MatrixProps) {
  const place = useRef<HTMLDivElement>(null);
  const [fits, setFits] = useState<boolean | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { fontFamily } = getComputedStyle(element);
    const longest = greatestOf(textWidths(classes, FONT_SIZE, fontFamily));
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0) setFits(matrixFits(classes.length, { width, height }, longest));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [classes]);
  return (
    <div className="chart chart-matrix" ref={place}>
      {fits === true && <Cells classes={classes} onPoint={onPoint} />}
      {fits === false && <ManyClasses classes={classes} onPoint={onPoint} />}
    </div>
  );
}

function Cells(props: MatrixProps) {
  const { classes, onPoint } = props;
  const actions = useActions();
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const chosen = usePlayground(({ evaluation }) => evaluation.cell);
  const canShowImages = useRef(false);
  canShowImages.current = confusion?.source === "test";
  const create = useCallback(
    (element: HTMLElement, options: PlotOptions) =>
      createConfusionMatrix(element, {
        ...options,
        classes,
        fontSize: FONT_SIZE,
        onCell: onPoint,
        onChoose: ({ trueClass, predictedClass }) => {
          if (canShowImages.current) actions.showCell(trueClass, predictedClass);
        },
      }),
    [classes, actions, onPoint],
  );
  const { container, chart } = useChart(create);

  useEffect(() => {
    if (confusion !== null && confusion.numClasses === classes.length)
      chart.current?.update(confusion.counts);
  }, [confusion, classes, chart]);

  useEffect(() => {
    if (chosen === null) chart.current?.choose(null);
  }, [chosen, chart]);

  return <div ref={container} />;
}
