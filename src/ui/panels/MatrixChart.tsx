/**
 * The confusion matrix in the available space: as cells when they are readable there, otherwise as `ManyClasses`. It handles
 * hovering and choosing cells.
 */
import { useEffect, useRef, useState } from "react";
import { textWidths } from "../../charts/columnNames.ts";
import { type ConfusionMatrix, createConfusionMatrix } from "../../charts/confusionMatrix.ts";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { matrixFits } from "../../charts/matrixFits.ts";
import { greatestOf } from "../../core/numbers.ts";
import { shownTheme } from "../../store/page/viewState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { useThrow } from "../widgets/useThrow.ts";

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
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<ConfusionMatrix>(null);
  const confusion = usePlayground(({ evaluation }) => evaluation.confusion);
  const theme = usePlayground(({ view }) => shownTheme(view));
  const chosen = usePlayground(({ evaluation }) => evaluation.cell);
  const firstTheme = useRef(theme);
  const throwHere = useThrow();
  const canShowImages = useRef(false);
  canShowImages.current = confusion?.source === "test";

  useEffect(() => {
    if (container.current === null) return;
    const created = createConfusionMatrix(container.current, {
      classes,
      theme: firstTheme.current,
      fontSize: FONT_SIZE,
      onError: throwHere,
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
  }, [classes, actions, onPoint, throwHere]);

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
