/** The picture of the confusion matrix; points out and chooses its cells. */
import { useEffect, useRef } from "react";
import { type ConfusionMatrix, createConfusionMatrix } from "../../charts/confusionMatrix.ts";
import type { ConfusionCell } from "../../charts/confusionRows.ts";
import { shownTheme } from "../../store/viewState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";

export function MatrixChart(props: {
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
