/**
 * Shows everything about an evaluation. A chosen cell of the matrix shows its images; without one, the worst mistakes are shown.
 * Where only counts were kept, the figures that need the probabilities of each image are left out.
 */
import { useMemo, useState } from "react";
import { calibrationOf, topTwoAccuracy } from "../../../core/calibration.ts";
import { worstMistakes } from "../../../core/classified.ts";
import { classResults, macroMeans } from "../../../core/confusion.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { Button } from "../../widgets/Button.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { Value } from "../../widgets/Value.tsx";
import { CalibrationCharts } from "./CalibrationCharts.tsx";
import { ClassFigures } from "./ClassFigures.tsx";
import { CellImages, EvaluatedImages, IMAGES_UNKNOWN } from "./EvaluatedImages.tsx";
import { type Cell, cellTitle, type Evaluated } from "./evaluated.ts";
import { MatrixChart } from "./MatrixChart.tsx";

export function EvaluationView(props: {
  readonly evaluated: Evaluated;
  /** The cell that is chosen at first. */
  readonly first?: Cell | null;
}) {
  const { evaluated, first = null } = props;
  const { confusion, dataSet } = evaluated;
  const { counts, numClasses, images } = confusion;
  const { classes } = dataSet;
  const [cell, setCell] = useState<Cell | null>(first);
  const results = useMemo(() => classResults(counts, numClasses), [counts, numClasses]);
  const means = macroMeans(results);
  const calibration = useMemo(() => images && calibrationOf(images), [images]);
  const topTwo = useMemo(() => images && topTwoAccuracy(images), [images]);
  const numRight = results.reduce((sum, result) => sum + result.numRight, 0);
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? null : formatPercent(share);
  return (
    <div className="evaluation-view">
      <dl className="evaluation-values">
        <Value label="Accuracy" text={percent(numRight / confusion.numImages)} />
        <Value label="Top-2 accuracy" text={percent(topTwo)} />
        <Value label="Calibration error (ECE)" text={percent(calibration?.expectedError)} />
        <Value label="Mean precision" text={percent(means?.precision)} />
        <Value label="Mean recall" text={percent(means?.recall)} />
        <Value label="Mean F1" text={percent(means?.f1)} />
      </dl>
      <section aria-label="Images">
        <div className="images-head">
          <h3>{cell === null ? "Worst mistakes" : cellTitle(cell, classes)}</h3>
          {cell !== null && (
            <Button look="tiny" onClick={() => setCell(null)}>
              Worst mistakes
            </Button>
          )}
        </div>
        <ScrollFrame className="images-scroll" label="List of images">
          {cell === null ? (
            <WorstMistakes evaluated={evaluated} />
          ) : (
            <CellImages
              key={`${cell.trueClass} ${cell.predictedClass}`}
              evaluated={evaluated}
              cell={cell}
            />
          )}
        </ScrollFrame>
      </section>
      <section aria-label="Matrix">
        <h3>Confusion matrix</h3>
        <p className="images-words">
          Rows: the true class. Columns: the prediction. Choose a cell to see its images above.
        </p>
        <MatrixChart confusion={confusion} classes={classes} chosen={cell} onChoose={setCell} />
      </section>
      {calibration !== null && <CalibrationCharts calibration={calibration} />}
      <section aria-label="Figures of each class">
        <h3>Each class</h3>
        <p className="images-words">
          Precision: how often a prediction of the class is right. Recall: how many images of the
          class are found. F1: their harmonic mean.
        </p>
        <ClassFigures results={results} means={means} classes={classes} />
      </section>
    </div>
  );
}

function WorstMistakes({ evaluated }: { readonly evaluated: Evaluated }) {
  const { images } = evaluated.confusion;
  const places = useMemo(() => (images === null ? [] : worstMistakes(images)), [images]);
  if (images === null) return <p className="images-words">{IMAGES_UNKNOWN}</p>;
  if (places.length === 0) return <p className="images-words">Every image is recognised.</p>;
  return (
    <>
      <p className="images-words">
        {`${formatCount(places.length)} of ${formatCount(images.labels.length)} images are wrong. Those that the network is surest of come first.`}
      </p>
      <EvaluatedImages
        evaluated={evaluated}
        images={images}
        places={places}
        label="Worst mistakes"
      />
    </>
  );
}
