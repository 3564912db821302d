/** Shows the test images of a chosen cell of the confusion matrix. It loads when the first cell is chosen. */
import { formatCount } from "../../core/units.ts";
import { shownDataSet } from "../../store/store.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { DialogFrame } from "../widgets/DialogFrame.tsx";
import { PixelImage } from "../widgets/PixelImage.tsx";

export function CellImages() {
  const actions = useActions();
  const cell = usePlayground(({ evaluation }) => evaluation.cell);
  const dataSet = usePlayground(shownDataSet);
  if (cell === null || dataSet === null) return null;
  const { trueClass, predictedClass, numImages, indices, images, problem } = cell;
  const { classes, height, width, channels } = dataSet;
  const truth = classes[trueClass] ?? `class ${trueClass}`;
  const title =
    trueClass === predictedClass
      ? `${truth}, recognised`
      : `${truth}, taken for ${classes[predictedClass] ?? predictedClass}`;
  const size = height * width * channels;
  const words =
    numImages === 0
      ? "No test image falls into this cell."
      : `${formatCount(numImages)} test ${numImages === 1 ? "image" : "images"}${numImages > indices.length ? `; the first ${indices.length} of them` : ""}`;
  return (
    <DialogFrame title={title} words={words} onClose={actions.closeCell}>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <ul className="cell-images" aria-label={title}>
        {indices.map((index, position) => (
          <li key={index}>
            {images === null ? (
              <span className="gray-image tile-empty" />
            ) : (
              <PixelImage
                pixels={images.pixels.subarray(position * size, (position + 1) * size)}
                height={height}
                width={width}
                channels={channels}
              />
            )}
            <span className="cell-index">{formatCount(index)}</span>
          </li>
        ))}
      </ul>
    </DialogFrame>
  );
}
