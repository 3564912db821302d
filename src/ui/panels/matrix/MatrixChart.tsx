/**
 * The confusion matrix in the available space: as cells when they are readable there, otherwise as `ManyClasses`. It handles
 * hovering and choosing cells.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { textWidths } from "../../../charts/columnNames.ts";
import { createConfusionMatrix } from "../../../charts/confusionMatrix.ts";
import { matrixFits } from "../../../charts/matrixFits.ts";
import type { PlotOptions } from "../../../charts/plot.ts";
import { greatestOf } from "../../../core/numbers.ts";
import { lazyPlace } from "../../widgets/lazyPart.tsx";
import { useChart } from "../../widgets/useChart.ts";
import type { Cell, MatrixProps } from "./evaluated.ts";

const ManyClasses = lazyPlace(
  "Confusion matrix",
  async () => (await import("./ManyClasses.tsx")).ManyClasses,
  null,
);

const FONT_SIZE = 11;

/** @param chosen the cell whose images are shown, which is outlined. */
export function MatrixChart(props: MatrixProps & { readonly chosen: Cell | null }) {
  const { classes } = props;
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
      {fits === true && <Cells {...props} />}
      {fits === false && <ManyClasses {...props} />}
    </div>
  );
}

function Cells(props: MatrixProps & { readonly chosen: Cell | null }) {
  const { confusion, classes, chosen, onPoint, onChoose } = props;
  // The matrix is created once, while its handlers change with each evaluation.
  const handlers = useRef({ onPoint, onChoose });
  handlers.current = { onPoint, onChoose };
  const create = useCallback(
    (element: HTMLElement, options: PlotOptions) =>
      createConfusionMatrix(element, {
        ...options,
        classes,
        fontSize: FONT_SIZE,
        onCell: (cell) => handlers.current.onPoint?.(cell),
        onChoose: (cell) => handlers.current.onChoose(cell),
      }),
    [classes],
  );
  const { container, chart } = useChart(create);

  useEffect(() => {
    if (confusion.numClasses === classes.length) chart.current?.update(confusion.counts);
  }, [confusion, classes, chart]);

  useEffect(() => {
    chart.current?.choose(chosen);
  }, [chosen, chart]);

  return <div ref={container} />;
}
