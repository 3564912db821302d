/** The live charts: loss and accuracy, and the confusion matrix with the accuracy of each class. */
import type { CurvePoint } from "../../core/curves.ts";
import { formatLarge, formatPercent } from "../../core/units.ts";
import { laggingText } from "../../store/run/runStatus.ts";
import { last } from "../../store/run/series.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { ConfusionCard } from "./ConfusionCard.tsx";

const CurveChart = lazyPlace(
  "The charts",
  async () => (await import("../widgets/CurveChart.tsx")).CurveChart,
  null,
);

export function ChartsColumn() {
  return (
    <section className="column charts" aria-label="Live charts" id="charts">
      <CurveCard title="Loss" metric="loss" format={formatLoss} />
      <CurveCard title="Accuracy" metric="accuracy" format={formatPercent} />
      <ConfusionCard />
    </section>
  );
}

/** Writes two decimals, or a short form for large values: `0.27`, `35.9 k`. */
function formatLoss(loss: number): string {
  return loss < 1000 ? loss.toFixed(2) : formatLarge(loss);
}

function CurveCard(props: {
  readonly title: "Loss" | "Accuracy";
  readonly metric: "loss" | "accuracy";
  readonly format: (value: number) => string;
}) {
  const { title, metric, format } = props;
  const hasRun = usePlayground(({ run }) => run.runId !== null);
  const training = usePlayground(({ run }) => last(run.training));
  const validation = usePlayground(({ run }) => last(run.validation));
  const validates = usePlayground(
    ({ run, settings }) => (run.prepared?.numValidation ?? settings.values.holdOut) > 0,
  );
  return (
    <Card
      title={title}
      note={
        <span className="legend">
          <LegendEntry kind="training" point={training} metric={metric} format={format} />
          {validates && (
            <LegendEntry kind="validation" point={validation} metric={metric} format={format} />
          )}
        </span>
      }
    >
      <div className="chart-frame">
        {hasRun && <CurveChart label={title} metric={metric} />}
        {training === undefined && (
          <p className="empty-words">{`The ${metric} at each step appears here while a run goes on.`}</p>
        )}
      </div>
      {metric === "accuracy" && <LaggingEvaluation />}
    </Card>
  );
}

/** Explains why the accuracy of an evaluation is far below the training curve, when that was measured. */
function LaggingEvaluation() {
  const text = usePlayground(({ run, evaluation }) => laggingText(run, evaluation));
  return text !== null && <p className="chart-words">{text}</p>;
}

function LegendEntry(props: {
  readonly kind: "training" | "validation";
  readonly point: CurvePoint | undefined;
  readonly metric: "loss" | "accuracy";
  readonly format: (value: number) => string;
}) {
  const { kind, point, metric, format } = props;
  return (
    <span className={`legend-entry legend-${kind}`}>
      <i aria-hidden />
      {kind}{" "}
      {point !== undefined && (
        <span className="legend-value" translate="no">
          {format(point[metric])}
        </span>
      )}
    </span>
  );
}
